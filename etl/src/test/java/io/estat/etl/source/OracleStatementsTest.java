package io.estat.etl.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.domain.Column;
import io.estat.etl.domain.TableName;
import io.estat.etl.encode.EncodeOptions;
import io.estat.etl.encode.OracleTypes;
import io.estat.etl.encode.UnsupportedColumnException;
import io.estat.etl.source.OracleCatalog.Extent;
import io.estat.etl.source.OracleCatalog.Partition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every statement that Oracle is sent, as a file that names the page of Oracle's documentation it
 * was written by. With {@code -Destat.golden=write} the files are written anew.
 */
class OracleStatementsTest {
  private static final Path FILES = Path.of("src/test/resources/io/estat/etl/source/oracle");
  private static final String DOCS =
      "https://docs.oracle.com/en/database/oracle/oracle-database/23/";
  private static final String SELECT = DOCS + "sqlrf/SELECT.html";
  private static final String DICTIONARY = DOCS + "refrn/";

  private static final OracleDialect DIALECT = new OracleDialect();

  /** Names that break a statement which does not quote them. */
  private static final List<TableName> TABLES =
      List.of(
          new TableName("SHOP", "ORDERS"),
          new TableName("shop of \u00fc", "a;b -- 'c' (d)"),
          new TableName("SELECT", "FROM$#"));

  private static final String AS_OF = " as of scn 281474976710655";
  private static final String WHERE = "(\"QTY\" > 1 or \"NOTE\" = 'it''s; -- so')";

  record Statement(String name, String page, String sql) {
    @Override
    public String toString() {
      return name;
    }

    String file() {
      return "-- %s%n%s%n".formatted(page, sql.strip());
    }
  }

  static Stream<Statement> statements() throws UnsupportedColumnException {
    var all = new ArrayList<Statement>();
    all.add(
        dictionary(
            "tables",
            "ALL_TABLES.html",
            OracleCatalog.TABLES + OracleCatalog.NAMED_LIKE + OracleCatalog.IN_ORDER));
    all.add(
        dictionary(
            "tables-of-owner",
            "ALL_TABLES.html",
            OracleCatalog.TABLES
                + OracleCatalog.NAMED_LIKE
                + OracleCatalog.OF_OWNER
                + OracleCatalog.IN_ORDER));
    all.add(dictionary("table", "ALL_TABLES.html", OracleCatalog.TABLES + OracleCatalog.EXACT));
    all.add(dictionary("columns", "ALL_TAB_COLUMNS.html", OracleCatalog.COLUMNS));
    all.add(dictionary("extents", "DBA_EXTENTS.html", OracleCatalog.EXTENTS));
    all.add(dictionary("subpartitions", "ALL_TAB_SUBPARTITIONS.html", OracleCatalog.SUBPARTITIONS));
    all.add(dictionary("partitions", "ALL_TAB_PARTITIONS.html", OracleCatalog.PARTITIONS));
    all.add(dictionary("primary-key", "ALL_CONS_COLUMNS.html", OracleCatalog.PRIMARY_KEY));
    all.add(dictionary("scn-of-view", "V-DATABASE.html", OracleSnapshot.BY_VIEW));
    all.add(dictionary("undo-retention", "V-UNDOSTAT.html", OracleSnapshot.RETENTION));
    all.add(
        new Statement(
            "scn-of-package", DOCS + "arpls/DBMS_FLASHBACK.html", OracleSnapshot.BY_PACKAGE));
    all.add(
        new Statement(
            "current-schema", DOCS + "sqlrf/SYS_CONTEXT.html", OracleDialect.CURRENT_SCHEMA));
    String parallel = DOCS + "arpls/DBMS_PARALLEL_EXECUTE.html";
    all.add(new Statement("parallel-create", parallel, ParallelExecute.CREATE));
    all.add(new Statement("parallel-cut", parallel, ParallelExecute.CUT));
    all.add(new Statement("parallel-drop", parallel, ParallelExecute.DROP));
    all.add(new Statement("parallel-beginnings", parallel, ParallelExecute.BEGINNINGS));
    for (int i = 0; i < OracleTypes.SESSION.size(); i++) {
      all.add(
          new Statement(
              "session-" + i, DOCS + "sqlrf/ALTER-SESSION.html", OracleTypes.SESSION.get(i)));
    }
    all.add(expressions(DIALECT.quote(TABLES.getFirst())));
    for (int i = 0; i < TABLES.size(); i++) {
      addReads(all, i, DIALECT.quote(TABLES.get(i)));
    }
    return all.stream();
  }

  private static Statement dictionary(String name, String page, String sql) {
    return new Statement(name, DICTIONARY + page, sql);
  }

  private static void addReads(List<Statement> all, int number, String table) {
    all.add(
        new Statement("key-ends-" + number, SELECT, KeyRanges.ends(table, DIALECT.quote("ID"))));
    all.add(
        new Statement(
            "where-trial-" + number,
            SELECT,
            "select 1 from %s where %s and 1 = 0".formatted(table, WHERE)));
    all.add(
        new Statement(
            "no-rows-" + number, SELECT, "select \"ID\" from " + Split.noRows(table, AS_OF)));
    splits(table)
        .forEach(
            (rung, split) -> {
              for (int i = 0; i < split.ranges().size(); i++) {
                String name = "%s-%d-%d".formatted(rung, number, i);
                String from = split.ranges().get(i).from(AS_OF, "");
                all.add(new Statement(name, SELECT, "select \"ID\" from " + from));
              }
              String from = split.ranges().getFirst().from(AS_OF, WHERE);
              String name = "%s-%d-count".formatted(rung, number);
              all.add(new Statement(name, SELECT, "select count(*) from " + from));
            });
  }

  /** Every kind of expression that a column is read by. */
  private static Statement expressions(String table) throws UnsupportedColumnException {
    var expressions = new ArrayList<String>();
    for (String type :
        List.of("NUMBER", "XMLTYPE", "JSON", "TIMESTAMP(6) WITH LOCAL TIME ZONE", "LONG RAW")) {
      var column = new Column("C " + type, type, -1, -1, true);
      expressions.add(
          new OracleTypes()
              .plan(column, DIALECT.quote(column.name()), EncodeOptions.DEFAULTS)
              .expression());
    }
    String sql = "select %s from %s".formatted(String.join(", ", expressions), table + AS_OF);
    return new Statement("expressions", DOCS + "sqlrf/JSON_SERIALIZE.html", sql);
  }

  /** All rungs of the ladder. */
  private static Map<String, Split> splits(String table) {
    var splits = new LinkedHashMap<String, Split>();
    splits.put(
        "rowid",
        RowidRanges.of(
            table,
            30_000,
            List.of(new Extent(70_000, 4, 128, 100), new Extent(70_000, 5, 8, 200)),
            10_000));
    splits.put(
        "parallel",
        RowidRanges.ofBeginnings(
            table,
            30_000,
            List.of("AAARJwAAEAAAACAAAA", "AAARJwAAEAAAADAAAA", "AAARJwAAFAAAAAIAAA")));
    var parts = List.of(new Partition("P;1", 10), new Partition("SYS_P42", -1));
    splits.put("partition", DIALECT.partitions(table, "partition", parts));
    splits.put("subpartition", DIALECT.partitions(table, "subpartition", parts));
    splits.put(
        "key",
        new Split(
            "key ranges",
            "",
            KeyRanges.ranges(table, DIALECT.quote("ID"), true, List.of(10L, 20L), 30)));
    splits.put("whole", Split.oneCursor(table, -1, ""));
    return splits;
  }

  @ParameterizedTest
  @MethodSource("statements")
  void isAsItsFileAndOraclesGrammarReadsIt(Statement statement) throws IOException {
    Path file = FILES.resolve(statement.name() + ".sql");
    if ("write".equals(System.getProperty("estat.golden"))) {
      Files.createDirectories(FILES);
      Files.writeString(file, statement.file());
    }
    assertThat(Files.readString(file)).isEqualTo(statement.file());
    assertThat(OracleGrammar.problems(readable(statement.sql()))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("statements")
  void isRefusedByTheGrammarWithOneFault(Statement statement) {
    for (String mutant : mutants(readable(statement.sql()))) {
      assertThat(OracleGrammar.problems(mutant)).as(mutant).isNotEmpty();
    }
  }

  /** The grammar is older than JSON_SERIALIZE: in its place stands a function it knows. */
  private static String readable(String sql) {
    return sql.replaceAll("json_serialize\\((\\S+ ?\\S*) returning clob\\)", "to_clob($1)");
  }

  /** The table's name without its quotes, a parenthesis too many, a word cut short. */
  private static List<String> mutants(String sql) {
    var mutants = new ArrayList<String>();
    mutants.add(sql.strip() + ")");
    mutants.add(sql.replaceFirst("(?i)^\\s*(select|alter|begin)", "selec"));
    if (sql.contains(" from ")) {
      mutants.add(sql.replaceFirst(" from ", " from from "));
    }
    if (sql.contains("\"a;b -- 'c' (d)\"")) {
      mutants.add(sql.replace("\"a;b -- 'c' (d)\"", "a;b -- 'c' (d)"));
    }
    return mutants;
  }

  @Test
  void theRightToReadATableIncludesFlashback() {
    assertThat(DIALECT.grant(TABLES.getFirst(), "READER"))
        .isEqualTo("GRANT SELECT, FLASHBACK ON \"SHOP\".\"ORDERS\" TO READER");
  }

  @Test
  void noFileIsLeftOfAStatementThatIsNoLongerSent() throws Exception {
    try (Stream<Path> files = Files.list(FILES)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              statements().map(statement -> statement.name() + ".sql").toList());
    }
  }
}
