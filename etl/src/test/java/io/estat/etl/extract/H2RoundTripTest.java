package io.estat.etl.extract;

import static java.util.Map.entry;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceSettings;
import io.estat.etl.source.Sources;
import io.estat.testkit.Gen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class H2RoundTripTest extends RoundTripContract {
  private static final Pattern DURATION =
      Pattern.compile(
          "(-?)P(?:(\\d+)Y)?(?:(\\d+)M)?(?:(\\d+)D)?(?:T(?:(\\d+)H)?(?:(\\d+)M)?(?:([\\d.]+)S)?)?");

  private Connection connection;
  private Source source;

  @BeforeEach
  void open() throws SQLException {
    String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    connection = DriverManager.getConnection(url, "sa", "");
    source = Sources.open(SourceSettings.of(url, "sa", ""));
  }

  @AfterEach
  void close() throws SQLException {
    source.close();
    run("shutdown");
    connection.close();
  }

  @Override
  String database() {
    return "h2";
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
  int columnsOfWidestTable() {
    return 2000;
  }

  /** A table of the same name and form is the same to H2, whose catalog numbers none. */
  @Override
  List<String> emptyings() {
    return List.of("truncate table orders");
  }

  @Override
  Back back(TypeValues type, Landed value) {
    String declared = type.declared();
    if (declared.endsWith(" array")) {
      return new Back(array(declared, value.raw()), null);
    }
    return switch (type.name()) {
      case "json" -> new Back("? format json", value.raw());
      case "binary", "binary varying", "binary large object" ->
          new Back("?", Base64.getDecoder().decode(value.text()));
      default ->
          declared.startsWith("interval")
              ? new Back(interval(value.text()), null)
              : new Back("cast(? as " + declared + ")", value.text());
    };
  }

  /** The array as an expression. */
  private static String array(String declared, String json) {
    try (JsonParser parser = parser(json)) {
      parser.nextToken();
      return array(element(declared), parser, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String element(String array) {
    return array.substring(0, array.length() - " array".length());
  }

  private static String array(String type, JsonParser parser, String json) throws IOException {
    var array = new StringBuilder("array[");
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.append(array.length() > "array[".length() ? ", " : "");
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        array.append("null");
      } else if (type.endsWith(" array")) {
        array.append(array(element(type), parser, json));
      } else {
        array.append(literal(type, parser, json));
      }
    }
    return array.append("]").toString();
  }

  private static String literal(String type, JsonParser parser, String json) throws IOException {
    if (type.equals("json")) {
      int from = (int) parser.currentTokenLocation().getCharOffset();
      parser.skipChildren();
      parser.finishToken();
      return "json " + quoted(json.substring(from, (int) parser.currentLocation().getCharOffset()));
    }
    String text = parser.getText();
    if (type.equals("varbinary")) {
      return "X'" + HexFormat.of().formatHex(Base64.getDecoder().decode(text)) + "'";
    }
    return type.startsWith("interval")
        ? interval(text)
        : "cast(" + quoted(text) + " as " + type + ")";
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** The literal of an ISO-8601 duration. */
  private static String interval(String iso) {
    Matcher fields = DURATION.matcher(iso);
    if (!fields.matches()) {
      return "'not a duration: " + iso + "'";
    }
    String sign = fields.group(1);
    if (!iso.contains("T") && fields.group(4) == null) {
      return "interval '%s%s-%s' year(18) to month"
          .formatted(sign, number(fields.group(2)), number(fields.group(3)));
    }
    return "interval '%s%s %s:%s:%s' day(18) to second(9)"
        .formatted(
            sign,
            number(fields.group(4)),
            number(fields.group(5)),
            number(fields.group(6)),
            fields.group(7) == null ? "0" : fields.group(7));
  }

  private static BigInteger number(@Nullable String digits) {
    return digits == null ? BigInteger.ZERO : new BigInteger(digits);
  }

  @Override
  String exactly(TypeValues type, String column) {
    return column;
  }

  @Override
  Map<String, Gen<String>> randomExpressions() {
    return Map.ofEntries(
        entry("integer", AnyValue.integer(32)),
        entry("bigint", AnyValue.integer(64)),
        entry("numeric(60, 30)", AnyValue.decimal(59, 30)),
        entry("decfloat(40)", literal(AnyValue.decimal(39, 20))),
        entry("real", literal(AnyValue.float32())),
        entry("double precision", literal(AnyValue.float64())),
        entry("varchar", literal(AnyValue.text(40))),
        entry("clob", literal(AnyValue.text(40))),
        entry("char(20)", literal(AnyValue.text(10))),
        entry("binary varying", random -> "X'" + AnyValue.hex(40).make(random) + "'"),
        entry("binary large object", random -> "X'" + AnyValue.hex(40).make(random) + "'"),
        entry("date", literal(AnyValue.date())),
        entry("time(9)", literal(AnyValue.time(9))),
        entry("time(3) with time zone", literal(both(AnyValue.time(3), AnyValue.offset()))),
        entry("timestamp(9)", literal(AnyValue.dateTime(9))),
        entry(
            "timestamp(9) with time zone", literal(both(AnyValue.dateTime(9), AnyValue.offset()))),
        entry(
            "interval day(9) to second(9)",
            random ->
                "interval '%s%d %s' day(9) to second(9)"
                    .formatted(
                        random.nextBoolean() ? "-" : "",
                        random.nextInt(999_999_999),
                        AnyValue.time(9).make(random))),
        entry("uuid", literal(AnyValue.uuid())),
        entry("json", random -> "json " + literal(AnyValue.json()).make(random)),
        entry(
            "varchar array",
            random -> "array[%s, null]".formatted(literal(AnyValue.text(9)).make(random))));
  }

  private static Gen<String> literal(Gen<String> text) {
    return random -> quoted(text.make(random));
  }

  private static Gen<String> both(Gen<String> one, Gen<String> other) {
    return random -> one.make(random) + other.make(random);
  }
}
