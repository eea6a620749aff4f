package io.estat.etl.server.landed;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A schema beside the source, into which landed lines are loaded, so that the database itself says
 * whether they are the rows they came from. Lines are read by Jackson, of which the encoder knows
 * nothing. Used by one thread.
 */
abstract class SecondSchema implements AutoCloseable {
  private static final JsonFactory JSON = new JsonFactory();

  protected final Connection connection;

  /**
   * @param connection whose session reads texts as they were written; closed with this
   */
  SecondSchema(Connection connection) {
    this.connection = connection;
  }

  /** The source's tables, without owner and quotes. */
  abstract List<String> tables() throws SQLException;

  /** Name and type of each column, in their order. */
  abstract Map<String, String> columns(String table) throws SQLException;

  /** A table of the same columns in the second schema. */
  abstract String createLike(String table);

  abstract String source(String table);

  abstract String landed(String table);

  abstract String quote(String name);

  /**
   * What the type's input takes, made of the value at the parser.
   *
   * @param line that the parser reads
   */
  abstract String input(String type, JsonParser value, String line);

  /** An expression that is different for values that are different in anything. */
  abstract String exactly(String column, String type);

  /** Loads lines of tabs in the form that {@code COPY} of PostgreSQL and MySQL's LOAD DATA read. */
  abstract void loadTabs(String table, Map<String, String> columns, Path tabs) throws SQLException;

  final long count(String table) throws SQLException {
    return number("select count(*) from " + source(table));
  }

  /**
   * Creates the table and fills it with what was landed.
   *
   * @param folder that the database may look into
   */
  final void load(String table, Landing landing, Path folder) throws IOException, SQLException {
    execute(createLike(table));
    Map<String, String> columns = columns(table);
    Path tabs = Files.createTempFile(folder, "tabs", null);
    Files.setPosixFilePermissions(tabs, PosixFilePermissions.fromString("rw-r--r--"));
    try (BufferedWriter out = Files.newBufferedWriter(tabs)) {
      landing.read(table, line -> out.write(tabs(line, columns)));
    }
    loadTabs(table, columns, tabs);
    Files.delete(tabs);
  }

  /** Rows of one side that the other side lacks, each as often as it lacks it. */
  final long differences(String table) throws SQLException {
    String values =
        columns(table).entrySet().stream()
            .map(column -> exactly(quote(column.getKey()), column.getValue()))
            .collect(Collectors.joining(", ", "select ", " from "));
    BiFunction<String, String, String> without =
        (one, other) -> "(" + values + one + " except all " + values + other + ")";
    return number(
        "select count(*) from (%s union all %s) d"
            .formatted(
                without.apply(source(table), landed(table)),
                without.apply(landed(table), source(table))));
  }

  private String tabs(String line, Map<String, String> columns) {
    Map<String, @Nullable String> values = new LinkedHashMap<>();
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new AssertionError("no object: " + line);
      }
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = json.currentName();
        String type = columns.get(name);
        if (type == null || values.containsKey(name)) {
          throw new AssertionError("column " + name + " is unknown, or twice: " + line);
        }
        json.nextToken();
        values.put(name, json.hasToken(JsonToken.VALUE_NULL) ? null : input(type, json, line));
      }
      if (json.nextToken() != null || values.size() != columns.size()) {
        throw new AssertionError("not every column, or more than the row: " + line);
      }
    }
    return columns.keySet().stream()
        .map(name -> escaped(values.get(name)))
        .collect(Collectors.joining("\t", "", "\n"));
  }

  /** The value as it stands in the line; the parser is at its end then. */
  protected static String asItStands(JsonParser value, String line) {
    int start = (int) value.currentTokenLocation().getCharOffset();
    value.skipChildren();
    value.finishToken();
    return line.substring(start, (int) value.currentLocation().getCharOffset());
  }

  private static String escaped(@Nullable String value) {
    return value == null
        ? "\\N"
        : value
            .replace("\\", "\\\\")
            .replace("\t", "\\t")
            .replace("\n", "\\n")
            .replace("\r", "\\r");
  }

  protected final void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of each row. */
  protected final List<String> strings(String query) throws SQLException {
    List<String> strings = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        strings.add(rows.getString(1));
      }
    }
    return strings;
  }

  /** The second column by the first. */
  protected final Map<String, String> pairs(String query) throws SQLException {
    Map<String, String> pairs = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        pairs.put(rows.getString(1), rows.getString(2));
      }
    }
    return pairs;
  }

  private long number(String query) throws SQLException {
    return Long.parseLong(strings(query).getFirst());
  }

  @Override
  public final void close() throws SQLException {
    connection.close();
  }
}
