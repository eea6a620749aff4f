package io.estat.bench.etl;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.zip.GZIPOutputStream;

/**
 * The program that anybody would write in an hour: one loop over a result set, every value as the
 * driver's String, the JDK's gzip of level 1.
 */
record StringLoop(Connect connect, String table) implements Contender {
  /** Opens a connection with the URL options of the engine's. */
  interface Connect {
    Connection open() throws SQLException;
  }

  private static final int FETCH_ROWS = 1000;
  private static final int BUFFER_BYTES = 1 << 16;

  @Override
  public String name() {
    return "getString + JDK gzip";
  }

  @Override
  public void land(Path folder) throws IOException, SQLException {
    try (Connection connection = connect.open();
        Statement statement = connection.createStatement();
        OutputStream file = Files.newOutputStream(folder.resolve("peer.jsonl.gz"));
        Writer out = new OutputStreamWriter(new Fast(file), StandardCharsets.UTF_8)) {
      connection.setAutoCommit(false);
      statement.setFetchSize(FETCH_ROWS);
      try (ResultSet rows = statement.executeQuery("select * from " + table)) {
        write(rows, out);
      }
    }
  }

  private static void write(ResultSet rows, Writer out) throws SQLException, IOException {
    ResultSetMetaData columns = rows.getMetaData();
    var names = new String[columns.getColumnCount()];
    for (int i = 0; i < names.length; i++) {
      names[i] = columns.getColumnLabel(i + 1);
    }
    var line = new StringBuilder();
    while (rows.next()) {
      line.setLength(0);
      for (int i = 0; i < names.length; i++) {
        line.append(i == 0 ? '{' : ',');
        quote(names[i], line);
        line.append(':');
        String value = rows.getString(i + 1);
        if (value == null) {
          line.append("null");
        } else {
          quote(value, line);
        }
      }
      out.append(line.append("}\n"));
    }
  }

  private static void quote(String text, StringBuilder line) {
    line.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        line.append('\\').append(c);
      } else if (c < ' ') {
        line.append("\\u%04x".formatted((int) c));
      } else {
        line.append(c);
      }
    }
    line.append('"');
  }

  /** The JDK's gzip has its level only for those who derive from it. */
  private static final class Fast extends GZIPOutputStream {
    private static final int LEVEL = 1;

    Fast(OutputStream file) throws IOException {
      super(new BufferedOutputStream(file, BUFFER_BYTES), BUFFER_BYTES);
      def.setLevel(LEVEL);
    }
  }
}
