package io.estat.etl.encode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.estat.etl.domain.Column;
import io.estat.etl.source.Dialect;
import io.estat.etl.source.RowCursor;
import io.estat.etl.source.RowQuery;
import io.estat.etl.source.Sources;
import io.estat.testkit.PostgresServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table written as lines, each value cut out of its line by a parser that is not ours. */
record EncodedTable(List<ColumnPlan> plans, List<List<String>> rows, EncodeCounters counters) {
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * A table whose values BigQuery takes as the schema file says, but for those that are counted.
   */
  EncodedTable {
    requireOfTheirTypes(plans, rows, counters.outOfRanges());
  }

  private static void requireOfTheirTypes(
      List<ColumnPlan> plans, List<List<String>> rows, long outOfRange) {
    List<String> refused =
        rows.stream()
            .flatMap(
                row ->
                    IntStream.range(0, plans.size())
                        .filter(i -> !isAskedFor(row.get(i)))
                        .mapToObj(i -> BigQueryValues.problem(plans.get(i), row.get(i)))
                        .flatMap(Optional::stream))
            .toList();
    if (refused.size() > outOfRange) {
      throw new AssertionError(
          "BigQuery would refuse values, of which %d are counted: %s"
              .formatted(outOfRange, refused));
    }
  }

  /**
   * Whole numbers beyond 2^53 are unquoted only with {@code numbers: number}, offsets have seconds
   * only in sessions of another zone than the product's; both are tried here, too.
   */
  private static boolean isAskedFor(String json) {
    return json.matches("-?\\d{16,}|\".*[+-]\\d\\d:\\d\\d:\\d\\d\"");
  }

  /** Rows in the order of their first column. */
  static EncodedTable of(
      Connection connection,
      TypeTable types,
      String table,
      List<Column> columns,
      EncodeOptions options)
      throws SQLException, UnsupportedColumnException {
    List<ColumnPlan> plans = plans(types, columns, options);
    String select =
        plans.stream().map(ColumnPlan::expression).collect(Collectors.joining(", ", "select ", ""));
    try (PreparedStatement statement =
            connection.prepareStatement(select + " from " + table + " order by 1");
        ResultSet rows = statement.executeQuery()) {
      return of(plans, rows);
    }
  }

  private static List<ColumnPlan> plans(
      TypeTable types, List<Column> columns, EncodeOptions options)
      throws UnsupportedColumnException {
    var plans = new ArrayList<ColumnPlan>();
    for (Column column : columns) {
      plans.add(types.plan(column, quote(types, column.name()), options));
    }
    return plans;
  }

  static EncodedTable of(List<ColumnPlan> plans, ResultSet rows) throws SQLException {
    var counters = new EncodeCounters();
    List<String> names = plans.stream().map(plan -> plan.column().name()).toList();
    var encoder = new RowEncoder(plans, names, counters);
    var line = new LineBuffer(16);
    var values = new ArrayList<List<String>>();
    while (rows.next()) {
      line.clear();
      encoder.encode(rows, line);
      values.add(values(line, names));
    }
    return new EncodedTable(plans, values, counters);
  }

  /** The same table through the rows of its dialect, which may know a faster way. */
  static EncodedTable byDialect(
      PostgresServer.Database database,
      Connection connection,
      TypeTable types,
      String table,
      List<Column> columns,
      EncodeOptions options)
      throws SQLException, UnsupportedColumnException {
    List<ColumnPlan> plans = plans(types, columns, options);
    List<String> names = columns.stream().map(Column::name).toList();
    var query = new RowQuery(plans, names, table + " order by 1", List.of());
    var counters = new EncodeCounters();
    var line = new LineBuffer(16);
    var values = new ArrayList<List<String>>();
    Dialect dialect = Sources.dialect(database.url()).orElseThrow();
    try (RowCursor rows = dialect.rows(connection, query, counters)) {
      while (rows.next(line)) {
        values.add(values(line, names));
        line.clear();
      }
      if (rows.count() != values.size()) {
        throw new AssertionError("%d rows, counted %d".formatted(values.size(), rows.count()));
      }
    }
    return new EncodedTable(plans, values, counters);
  }

  /** All values of one column as JSON. */
  List<String> column(String name) {
    for (int i = 0; i < plans.size(); i++) {
      if (plans.get(i).column().name().equals(name)) {
        int at = i;
        return rows.stream().map(row -> row.get(at)).toList();
      }
    }
    throw new AssertionError("no column " + name);
  }

  private static List<String> values(LineBuffer line, List<String> names) {
    String text = line.toString();
    if (text.indexOf('\n') != text.length() - 1) {
      throw new AssertionError("not one line: " + text);
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    var values = new ArrayList<String>();
    try (JsonParser parser = JSON.createParser(bytes)) {
      expect(JsonToken.START_OBJECT, parser.nextToken(), text);
      for (String name : names) {
        expect(JsonToken.FIELD_NAME, parser.nextToken(), text);
        if (!name.equals(parser.currentName())) {
          throw new AssertionError("expected %s in %s".formatted(name, text));
        }
        parser.nextToken();
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        int to = (int) parser.currentLocation().getByteOffset();
        values.add(new String(bytes, from, to - from, StandardCharsets.UTF_8).strip());
      }
      expect(JsonToken.END_OBJECT, parser.nextToken(), text);
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
    return values;
  }

  private static void expect(JsonToken expected, JsonToken found, String line) {
    if (expected != found) {
      throw new AssertionError("expected %s, found %s in %s".formatted(expected, found, line));
    }
  }

  private static String quote(TypeTable types, String name) {
    return types instanceof MariaDbTypes
        ? '`' + name.replace("`", "``") + '`'
        : '"' + name.replace("\"", "\"\"") + '"';
  }
}
