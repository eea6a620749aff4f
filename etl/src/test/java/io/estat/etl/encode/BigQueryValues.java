package io.estat.etl.encode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What Google publishes about values in newline-delimited JSON, written down from its pages and not
 * from our encoder: the value domains and canonical formats of "Data types"
 * (https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types), the limitations of
 * "Loading JSON data from Cloud Storage"
 * (https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-json) for integers, dates and
 * timestamps, and "Data types" of the same page for BYTES in base64. Where the pages leave a form
 * open, the narrower one is required.
 */
final class BigQueryValues {
  /** An integer beyond it must be quoted. */
  private static final BigInteger EXACT_IN_JSON = BigInteger.TWO.pow(53).subtract(BigInteger.ONE);

  private static final BigDecimal MOST_NUMERIC =
      BigDecimal.TEN.pow(29).subtract(new BigDecimal("1e-9"));

  /** The 77th digit of a BIGNUMERIC is not a whole one. */
  private static final BigDecimal MOST_BIGNUMERIC =
      new BigDecimal(
          "578960446186580977117854925043439539266.34992332820282019728792003956564819967");

  private static final int MOST_LEVELS = 500;

  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");
  private static final Pattern TIME = Pattern.compile("\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?");
  private static final Pattern ZONE = Pattern.compile("(.*)(Z|[+-]\\d\\d:\\d\\d)");

  private BigQueryValues() {}

  /** The same of a column as the schema file describes it. */
  static Optional<String> problem(ColumnPlan plan, String json) {
    Map<String, String> field = BigQueryRules.field(plan);
    return problem(field.getOrDefault("type", ""), field.getOrDefault("mode", ""), json)
        .map(why -> plan.column() + ": " + why);
  }

  /**
   * Why a column of this type and mode would not take the value, or empty.
   *
   * @param json as it stands in the line
   */
  static Optional<String> problem(String type, String mode, String json) {
    if (json.equals("null")) {
      return mode.equals("REQUIRED") ? Optional.of("null in a REQUIRED column") : Optional.empty();
    }
    return takes(type, json)
        ? Optional.empty()
        : Optional.of("%s does not take %s".formatted(type, json));
  }

  private static boolean takes(String type, String json) {
    String text = string(json);
    try {
      return switch (type) {
        case "STRING" -> text != null;
        case "BOOL" -> json.equals("true") || json.equals("false");
        case "INT64" -> integer(json, text);
        case "FLOAT64" ->
            text == null
                ? Double.isFinite(Double.parseDouble(json))
                : List.of("NaN", "Infinity", "-Infinity").contains(text);
        case "NUMERIC" -> decimal(number(json, text), 9, MOST_NUMERIC);
        case "BIGNUMERIC" -> decimal(number(json, text), 38, MOST_BIGNUMERIC);
        case "BYTES" -> text != null && isBase64(text);
        case "DATE" -> text != null && isDate(text);
        case "TIME" -> text != null && isTime(text);
        case "DATETIME" -> text != null && isDateTime(text);
        case "TIMESTAMP" -> text != null && isTimestamp(text);
        case "JSON" -> levels(json) <= MOST_LEVELS;
        default -> false;
      };
    } catch (IllegalArgumentException | DateTimeException e) {
      return false;
    }
  }

  private static boolean integer(String json, @Nullable String text) {
    var value = new BigInteger(text == null ? json : text);
    return value.bitLength() < Long.SIZE
        && (text != null || value.abs().compareTo(EXACT_IN_JSON) <= 0);
  }

  private static BigDecimal number(String json, @Nullable String text) {
    return new BigDecimal(text == null ? json : text);
  }

  private static boolean decimal(BigDecimal value, int scale, BigDecimal most) {
    return value.stripTrailingZeros().scale() <= scale && value.abs().compareTo(most) <= 0;
  }

  /** With its padding. */
  private static boolean isBase64(String text) {
    return text.length() % 4 == 0
        && Base64.getDecoder().decode(text).length * 4L <= text.length() * 3L;
  }

  /** Years 0001 to 9999; LocalDate knows the days of a month. */
  private static boolean isDate(String text) {
    return DATE.matcher(text).matches() && LocalDate.parse(text).getYear() >= 1;
  }

  private static boolean isTime(String text) {
    return TIME.matcher(text).matches() && LocalTime.parse(text) != null;
  }

  private static boolean isDateTime(String text) {
    return text.length() > 10
        && (text.charAt(10) == 'T' || text.charAt(10) == ' ')
        && isDate(text.substring(0, 10))
        && isTime(text.substring(11));
  }

  /** In UTC it must be of the years 0001 to 9999, too. */
  private static boolean isTimestamp(String text) {
    var parts = ZONE.matcher(text);
    if (!parts.matches() || !isDateTime(parts.group(1))) {
      return false;
    }
    ZoneOffset offset = ZoneOffset.of(parts.group(2));
    int year =
        OffsetDateTime.of(LocalDateTime.parse(parts.group(1).replace(' ', 'T')), offset)
            .withOffsetSameInstant(ZoneOffset.UTC)
            .getYear();
    return year >= 1 && year <= 9999;
  }

  /** The text of a JSON string, or null: it is none. */
  private static @Nullable String string(String json) {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      return parser.nextToken() == JsonToken.VALUE_STRING ? parser.getText() : null;
    } catch (IOException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  /** How deep arrays and objects lie in each other. */
  private static int levels(String json) {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      int open = 0;
      int most = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        open += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        most = Math.max(most, open);
      }
      return most;
    } catch (IOException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
