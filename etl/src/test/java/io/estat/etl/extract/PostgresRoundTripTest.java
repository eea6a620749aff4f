package io.estat.etl.extract;

import static java.util.Map.entry;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceSettings;
import io.estat.etl.source.Sources;
import io.estat.testkit.Gen;
import io.estat.testkit.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** By COPY in binary, and by the result set. */
@Timeout(300)
class PostgresRoundTripTest extends RoundTripContract {
  private Connection connection;
  private Source source;

  @BeforeEach
  void open() throws SQLException {
    PostgresServer.Database database = PostgresServer.shared().createDatabase();
    connection = database.connect();
    source =
        Sources.open(
            SourceSettings.of(database.url(), PostgresServer.USER, PostgresServer.PASSWORD));
    run(
        "create extension hstore",
        "create extension citext",
        "create extension ltree",
        "create type mood as enum ('sad', 'so, \"so\"', '')",
        "create type _odd as enum ('x')",
        "create type public.date as enum ('tomorrow')",
        "create type pair as (x int, y text)",
        "create domain price as numeric(12, 2) check (value >= 0)",
        "create domain prices as price[]");
  }

  @AfterEach
  void close() throws SQLException {
    source.close();
    connection.close();
  }

  @Override
  String database() {
    return "postgresql";
  }

  @Override
  List<Source> ways() {
    return List.of(source, new PlainSource(source));
  }

  @Override
  Connection connection() {
    return connection;
  }

  @Override
  int columnsOfWidestTable() {
    return 1600;
  }

  @Override
  Back back(TypeValues type, Landed value) {
    String declared = type.declared();
    String cast = "cast(? as " + declared + ")";
    if (declared.endsWith("[]") || declared.equals("prices")) {
      return new Back(cast, array(TypeValues.withoutArguments(declared), value.raw()));
    }
    return switch (declared) {
      case "bytea" -> new Back("?", Base64.getDecoder().decode(value.text()));
      case "json", "jsonb" -> new Back(cast, value.raw());
      default -> new Back(cast, value.text());
    };
  }

  /** The array as PostgreSQL reads it. */
  private static String array(String type, String json) {
    var literal = new StringBuilder();
    char delimiter = type.startsWith("box") ? ';' : ',';
    try (JsonParser parser = parser(json)) {
      parser.nextToken();
      array(parser, json, type, delimiter, literal);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return literal.toString();
  }

  private static void array(
      JsonParser parser, String json, String type, char delimiter, StringBuilder literal)
      throws IOException {
    literal.append('{');
    String separator = "";
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      literal.append(separator);
      separator = String.valueOf(delimiter);
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        literal.append("NULL");
      } else if (type.startsWith("json")) {
        element(json(parser, json), literal);
      } else if (parser.currentToken() == JsonToken.START_ARRAY) {
        array(parser, json, type, delimiter, literal);
      } else if (type.startsWith("bytea")) {
        byte[] bytes = Base64.getDecoder().decode(parser.getText());
        element("\\x" + HexFormat.of().formatHex(bytes), literal);
      } else {
        element(parser.getText(), literal);
      }
    }
    literal.append('}');
  }

  private static String json(JsonParser parser, String json) throws IOException {
    int from = (int) parser.currentTokenLocation().getCharOffset();
    parser.skipChildren();
    parser.finishToken();
    return json.substring(from, (int) parser.currentLocation().getCharOffset());
  }

  private static void element(String text, StringBuilder literal) {
    literal.append('"').append(text.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
  }

  @Override
  String exactly(TypeValues type, String column) {
    return switch (type.declared()) {
      case "float4" -> "float4send(" + column + ")";
      case "float8" -> "float8send(" + column + ")";
      // The breaks between its tokens are spaces in the line.
      case "json" -> "translate(" + column + "::text, e'\\r\\n', '  ')";
      default -> column + "::text";
    };
  }

  @Override
  Map<String, Gen<String>> randomExpressions() {
    return Map.ofEntries(
        entry("int2", quoted(AnyValue.integer(16))),
        entry("int4", quoted(AnyValue.integer(32))),
        entry("int8", quoted(AnyValue.integer(64))),
        entry("numeric", quoted(random -> AnyValue.decimal(80, random.nextInt(60)).make(random))),
        entry("numeric(38, 10)", quoted(AnyValue.decimal(37, 10))),
        entry("float4", quoted(AnyValue.float32())),
        entry("float8", quoted(AnyValue.float64())),
        entry("text", quoted(AnyValue.text(40))),
        entry("char(20)", quoted(AnyValue.text(20))),
        entry("bytea", random -> "'\\x" + AnyValue.hex(40).make(random) + "'"),
        entry("date", quoted(AnyValue.date())),
        entry("time", quoted(AnyValue.time(6))),
        entry("timetz(3)", quoted(both(AnyValue.time(3), AnyValue.offset()))),
        entry("timestamp", quoted(AnyValue.dateTime(6))),
        entry("timestamptz", quoted(both(AnyValue.dateTime(6), AnyValue.offset()))),
        entry("interval", quoted(both(AnyValue.integer(24), random -> " days -04:05:06.7"))),
        entry("uuid", quoted(AnyValue.uuid())),
        entry("json", quoted(AnyValue.json())),
        entry("jsonb", quoted(AnyValue.json())),
        entry("varbit", quoted(AnyValue.bits(70))),
        entry("hstore", random -> "hstore('a', %s)".formatted(text(random))),
        entry("text[]", random -> "array[%s, null, %s]".formatted(text(random), text(random))),
        entry("numeric[]", random -> "array[" + AnyValue.decimal(50, 20).make(random) + "]"));
  }

  private static String text(java.util.Random random) {
    return quoted(AnyValue.text(20)).make(random);
  }

  private static Gen<String> quoted(Gen<String> text) {
    return random -> "'" + text.make(random).replace("'", "''") + "'";
  }

  private static Gen<String> both(Gen<String> one, Gen<String> other) {
    return random -> one.make(random) + other.make(random);
  }
}
