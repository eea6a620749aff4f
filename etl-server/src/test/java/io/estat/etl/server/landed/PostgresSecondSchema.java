package io.estat.etl.server.landed;

import io.estat.testkit.PostgresServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** Schema {@code landed} beside {@code shop}. Types are named as in {@code pg_type}. */
final class PostgresSecondSchema extends SecondSchema {
  /** Reads an array inside of a line, and keeps every digit. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  PostgresSecondSchema(PostgresServer.Database database) throws SQLException {
    super(database.connect());
    execute("create schema landed");
    execute("set search_path = shop");
    execute("set time zone 'UTC'");
    execute("set work_mem = '512MB'");
  }

  @Override
  List<String> tables() throws SQLException {
    return strings(
        """
        select relname from pg_class
        where relnamespace = 'shop'::regnamespace and relkind in ('r', 'p') and not relispartition
        order by relname
        """);
  }

  @Override
  Map<String, String> columns(String table) throws SQLException {
    return pairs(
        """
        select attname, typname from pg_attribute join pg_type on pg_type.oid = atttypid
        where attrelid = '%s'::regclass and attnum > 0 order by attnum
        """
            .formatted(source(table)));
  }

  @Override
  String createLike(String table) {
    return "create unlogged table " + landed(table) + " (like " + source(table) + ")";
  }

  @Override
  String source(String table) {
    return "shop." + quote(table);
  }

  @Override
  String landed(String table) {
    return "landed." + quote(table);
  }

  @Override
  String quote(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  @Override
  String input(String type, JsonParser value, String line) {
    if (type.equals("json") || type.equals("jsonb")) {
      return asItStands(value, line);
    }
    if (type.startsWith("_")) {
      return array(type.substring(1), JSON.readTree(value));
    }
    return type.equals("bytea") ? bytes(value.getString()) : value.getString();
  }

  private static String array(String type, JsonNode array) {
    return array.values().stream()
        .map(element -> element(type, element))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String element(String type, JsonNode element) {
    if (element.isArray() && !type.equals("jsonb")) {
      return array(type, element);
    }
    if (element.isNull()) {
      return "null";
    }
    String text =
        switch (type) {
          case "jsonb" -> element.toString();
          case "bytea" -> bytes(element.stringValue());
          default -> element.asString();
        };
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static String bytes(String base64) {
    return "\\x" + HexFormat.of().formatHex(Base64.getDecoder().decode(base64));
  }

  @Override
  String exactly(String column, String type) {
    // JSON as text keeps the blanks between its tokens, which mean nothing.
    return type.equals("json") ? column + "::jsonb::text" : column + "::text";
  }

  @Override
  void loadTabs(String table, Map<String, String> columns, Path tabs) throws SQLException {
    execute("copy " + landed(table) + " from '" + tabs + "'");
  }
}
