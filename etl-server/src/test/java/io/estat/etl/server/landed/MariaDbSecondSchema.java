package io.estat.etl.server.landed;

import io.estat.testkit.MariaDbServer;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;

/** A database beside the source's. Types are named as in the information schema. */
final class MariaDbSecondSchema extends SecondSchema {
  private final String source;
  private final String landed;

  MariaDbSecondSchema(MariaDbServer.Database source, MariaDbServer.Database landed)
      throws SQLException {
    super(
        DriverManager.getConnection(
            landed.url() + "?allowLocalInfile=true", MariaDbServer.USER, MariaDbServer.PASSWORD));
    this.source = source.name();
    this.landed = landed.name();
    execute("set sql_mode = '', time_zone = '+00:00'");
  }

  @Override
  List<String> tables() throws SQLException {
    return strings(
        "select table_name from information_schema.tables where table_schema = '%s' order by 1"
            .formatted(source));
  }

  @Override
  Map<String, String> columns(String table) throws SQLException {
    return pairs(
        """
        select column_name, if(exists (
            select 1 from information_schema.check_constraints k
            where k.constraint_schema = c.table_schema and k.table_name = c.table_name
              and k.check_clause = concat('json_valid(`', c.column_name, '`)')),
          'json', data_type)
        from information_schema.columns c
        where table_schema = '%s' and table_name = '%s' order by ordinal_position
        """
            .formatted(source, table));
  }

  @Override
  String createLike(String table) {
    return "create table " + landed(table) + " like " + source(table);
  }

  @Override
  String source(String table) {
    return source + "." + quote(table);
  }

  @Override
  String landed(String table) {
    return landed + "." + quote(table);
  }

  @Override
  String quote(String name) {
    return '`' + name.replace("`", "``") + '`';
  }

  @Override
  String input(String type, JsonParser value, String line) {
    return type.equals("json") ? asItStands(value, line) : value.getString();
  }

  private static String converted(String text, String type) {
    return switch (type) {
      // The text '0' would be the year 2000.
      case "year" -> text + " + 0";
      case "bit" -> "cast(conv(" + text + ", 2, 10) as unsigned)";
      case "timestamp" -> "replace(" + text + ", '+00:00', '')";
      default -> {
        if (isBytes(type)) {
          yield "from_base64(" + text + ")";
        }
        yield isShape(type) ? "st_geomfromtext(" + text + ")" : text;
      }
    };
  }

  @Override
  String exactly(String column, String type) {
    if (isShape(type)) {
      return "hex(st_aswkb(" + column + "))";
    }
    return switch (type) {
      case "char", "varchar", "tinytext", "text", "mediumtext", "longtext" -> "hex(" + column + ")";
      case "enum", "set", "bit" -> column + " + 0";
      // Blanks between tokens mean nothing.
      case "json" -> "hex(json_compact(" + column + "))";
      default -> isBytes(type) ? "hex(" + column + ")" : column;
    };
  }

  private static boolean isBytes(String type) {
    return type.endsWith("binary") || type.endsWith("blob");
  }

  private static boolean isShape(String type) {
    return List.of("point", "linestring", "polygon", "geometry", "geometrycollection")
            .contains(type)
        || type.startsWith("multi");
  }

  @Override
  void loadTabs(String table, Map<String, String> columns, Path tabs) throws SQLException {
    List<String> variables = new ArrayList<>();
    List<String> values = new ArrayList<>();
    columns.forEach(
        (name, type) -> {
          String variable = "@v" + variables.size();
          variables.add(variable);
          values.add(quote(name) + " = " + converted(variable, type));
        });
    execute("set foreign_key_checks = 0, unique_checks = 0");
    execute(
        "load data local infile '%s' into table %s character set utf8mb4 (%s) set %s"
            .formatted(
                tabs, landed(table), String.join(", ", variables), String.join(", ", values)));
  }
}
