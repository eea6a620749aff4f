package io.estat.etl.extract;

import static java.util.Map.entry;

import io.estat.etl.source.Source;
import io.estat.etl.source.SourceSettings;
import io.estat.etl.source.Sources;
import io.estat.testkit.Gen;
import io.estat.testkit.MariaDbServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class MariaDbRoundTripIT extends RoundTripContract {
  @SuppressWarnings("NullAway.Init") // opened before all
  private static MariaDbServer server;

  private Connection connection;
  private Source source;

  @BeforeAll
  static void start() throws IOException {
    server = MariaDbServer.start("--log-bin", "--max-allowed-packet=64M", "--sql-mode=");
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @BeforeEach
  void open() throws SQLException {
    MariaDbServer.Database database = server.createDatabase();
    connection = database.connect();
    source =
        Sources.open(SourceSettings.of(database.url(), MariaDbServer.USER, MariaDbServer.PASSWORD));
    run("set sql_mode = '', time_zone = '+00:00'");
  }

  @AfterEach
  void close() throws SQLException {
    source.close();
    connection.close();
  }

  @Override
  String database() {
    return "mariadb";
  }

  @Override
  List<Source> ways() {
    return List.of(source);
  }

  @Override
  Connection connection() {
    return connection;
  }

  @Override
  String tableOptions() {
    return "character set utf8mb4 collate utf8mb4_bin";
  }

  @Override
  int columnsOfWidestTable() {
    return 1017;
  }

  /** No characters beyond 16 bits, no blanks at the end, and upper case is no difference. */
  @Override
  List<String> oddColumns() {
    return List.of(
        "select", "a.b", "a\"b", "`", "$1", "한국", "\\", "?", "%s", "'", "--", "/*", "#", "a\nb");
  }

  /** A column that is dropped and added again by name and type is the same to InnoDB, but empty. */
  @Override
  List<String> emptyings() {
    return super.emptyings().subList(0, 2);
  }

  @Override
  Back back(TypeValues type, Landed value) {
    String text = value.text();
    return switch (type.name()) {
      case "json" -> new Back("?", value.raw());
      // The text '0' would be the year 2000.
      case "year" -> new Back("? + 0", text);
      case "bit" -> new Back("cast(conv(?, 2, 10) as unsigned)", text);
      case "timestamp" -> new Back("?", text.replace("+00:00", ""));
      default ->
          isBytes(type)
              ? new Back("?", Base64.getDecoder().decode(text))
              : new Back(isShape(type) ? "st_geomfromtext(?)" : "?", text);
    };
  }

  @Override
  String exactly(TypeValues type, String column) {
    return switch (type.name()) {
      case "float" -> "cast(" + column + " * 1e0 as char)";
      case "double" -> "cast(" + column + " as char)";
      case "enum", "set", "bit" -> column + " + 0";
      // The breaks between its tokens are spaces in the line.
      case "json" -> "hex(replace(replace(%s, '\\r', ' '), '\\n', ' '))".formatted(column);
      case "char", "varchar", "tinytext", "text", "mediumtext", "longtext" -> "hex(" + column + ")";
      default -> {
        if (isShape(type)) {
          yield "hex(st_aswkb(" + column + "))";
        }
        yield isBytes(type) ? "hex(" + column + ")" : "cast(" + column + " as char)";
      }
    };
  }

  @Override
  String differ(String one, String other) {
    return "not (" + one + " <=> " + other + ")";
  }

  private static boolean isBytes(TypeValues type) {
    return type.name().endsWith("binary") || type.name().endsWith("blob");
  }

  private static boolean isShape(TypeValues type) {
    return List.of("point", "linestring", "polygon", "geometry", "geometrycollection")
            .contains(type.name())
        || type.name().startsWith("multi");
  }

  @Override
  Map<String, Gen<String>> randomExpressions() {
    return Map.ofEntries(
        entry("int", AnyValue.integer(32)),
        entry("bigint", AnyValue.integer(64)),
        entry("bigint unsigned", random -> Long.toUnsignedString(random.nextLong())),
        entry("decimal(65, 30)", AnyValue.decimal(64, 30)),
        entry("float", AnyValue.float32()),
        entry("double", AnyValue.float64()),
        entry("bit(64)", random -> "b'" + AnyValue.bits(64).make(random) + "'"),
        entry("varchar(100)", quoted(AnyValue.text(40))),
        entry("varchar(100) character set utf16", quoted(AnyValue.text(40))),
        entry("longtext", quoted(AnyValue.text(40))),
        entry("json", quoted(AnyValue.json())),
        entry("binary(20)", random -> "x'" + AnyValue.hex(20).make(random) + "'"),
        entry("varbinary(40)", random -> "x'" + AnyValue.hex(40).make(random) + "'"),
        entry("longblob", random -> "x'" + AnyValue.hex(40).make(random) + "'"),
        entry("date", quoted(AnyValue.date())),
        entry("datetime(6)", quoted(AnyValue.dateTime(6))),
        entry("time(6)", quoted(AnyValue.time(6))),
        entry("uuid", quoted(AnyValue.uuid())));
  }

  private static Gen<String> quoted(Gen<String> text) {
    return random -> "'" + text.make(random).replace("\\", "\\\\").replace("'", "''") + "'";
  }
}
