package io.estat.etl.encode;

import io.estat.jsonl.JsonText;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/** Writes rows of one table as lines of JSON. Built once a reader; one thread. */
public final class RowEncoder {
  /** Before each value: the opening brace or a comma, and the column's name. */
  private final byte[][] names;

  private final ColumnEncoder[] columns;

  /**
   * @param names the names in the lines, one a column
   */
  public RowEncoder(List<ColumnPlan> plans, List<String> names, EncodeCounters counters) {
    this.names = keys(names);
    this.columns = new ColumnEncoder[plans.size()];
    for (int i = 0; i < columns.length; i++) {
      this.columns[i] = plans.get(i).encoder().apply(counters);
    }
  }

  /** Appends the cursor's current row as one line, line feed included. */
  public void encode(ResultSet row, LineBuffer out) throws SQLException {
    for (int i = 0; i < columns.length; i++) {
      out.put(names[i]);
      columns[i].encode(row, i + 1, out);
    }
    out.put('}');
    out.put('\n');
  }

  /** What stands before each value. */
  static byte[][] keys(List<String> names) {
    var keys = new byte[names.size()][];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = key(i == 0 ? '{' : ',', names.get(i));
    }
    return keys;
  }

  private static byte[] key(char before, String name) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    var line = new LineBuffer(utf8.length * JsonText.MAX_ESCAPED_BYTES_PER_BYTE + 4);
    line.put(before);
    line.put('"');
    line.length(JsonText.escapeUtf8(utf8, 0, utf8.length, line.array(), line.length()));
    line.put('"');
    line.put(':');
    return Arrays.copyOf(line.array(), line.length());
  }
}
