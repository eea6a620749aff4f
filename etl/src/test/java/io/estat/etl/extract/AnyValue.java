package io.estat.etl.extract;

import io.estat.testkit.Gen;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Random values as the text that databases take for them. */
final class AnyValue {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.nnnnnnnnn");
  private static final long FIRST_SECOND = -62_135_596_800L;
  private static final long LAST_SECOND = 253_402_300_799L;

  private AnyValue() {}

  static Gen<String> integer(int bits) {
    return random -> Long.toString(random.nextLong() >> (Long.SIZE - bits + random.nextInt(bits)));
  }

  static Gen<String> decimal(int digits, int scale) {
    return random ->
        new BigDecimal(new BigInteger(bits(digits, random), random), scale)
            .multiply(BigDecimal.valueOf(random.nextBoolean() ? 1 : -1))
            .toPlainString();
  }

  /** So many that no number has more digits. */
  private static int bits(int digits, Random random) {
    return random.nextInt((int) (digits / Math.log10(2)));
  }

  /** Any bits but those of no finite number. */
  static Gen<String> float32() {
    return random -> {
      float value = Float.intBitsToFloat(random.nextInt());
      return Float.isFinite(value) ? Float.toString(value) : "0.1";
    };
  }

  static Gen<String> float64() {
    return random -> {
      double value = Double.longBitsToDouble(random.nextLong());
      return Double.isFinite(value) ? Double.toString(value) : "0.1";
    };
  }

  /** Of characters of one to four bytes; not NUL, which PostgreSQL's texts cannot hold. */
  static Gen<String> text(int maxLength) {
    return random ->
        random
            .ints(random.nextInt(maxLength + 1), 0, 4)
            .map(
                bytes ->
                    switch (bytes) {
                      case 0 -> random.nextInt(1, 0x80);
                      case 1 -> random.nextInt(0x80, 0x800);
                      case 2 -> random.nextInt(0x800, Character.MIN_SURROGATE);
                      default -> random.nextInt(0x10000, 0x110000);
                    })
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
  }

  static Gen<String> hex(int maxBytes) {
    return random -> {
      byte[] bytes = new byte[random.nextInt(maxBytes + 1)];
      random.nextBytes(bytes);
      return HexFormat.of().formatHex(bytes);
    };
  }

  /**
   * Between the years 1 and 9999.
   *
   * @param secondDigits 1 to 9
   */
  static Gen<String> dateTime(int secondDigits) {
    return random -> {
      String nanos =
          TIME.format(
              LocalDateTime.ofEpochSecond(
                  random.nextLong(FIRST_SECOND, LAST_SECOND + 1),
                  random.nextInt(1_000_000_000),
                  ZoneOffset.UTC));
      return nanos.substring(0, nanos.length() - 9 + secondDigits);
    };
  }

  static Gen<String> date() {
    return random -> dateTime(1).make(random).substring(0, "2024-01-31".length());
  }

  static Gen<String> time(int secondDigits) {
    return random -> dateTime(secondDigits).make(random).substring("2024-01-31 ".length());
  }

  /** Of less than 14 hours. */
  static Gen<String> offset() {
    return random ->
        "%s%02d:%02d"
            .formatted(random.nextBoolean() ? "+" : "-", random.nextInt(14), random.nextInt(60));
  }

  static Gen<String> uuid() {
    return random -> new UUID(random.nextLong(), random.nextLong()).toString();
  }

  static Gen<String> bits(int maxLength) {
    return random ->
        random
            .ints(random.nextInt(maxLength + 1), 0, 2)
            .mapToObj(Integer::toString)
            .collect(Collectors.joining());
  }

  /** No null at the top, which is the column's own in the line. */
  static Gen<String> json() {
    return random -> json(random, 3);
  }

  private static String json(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 3 : 5)) {
      case 0 -> '"' + escaped(text(10).make(random)) + '"';
      case 1 -> decimal(40, random.nextInt(30)).make(random);
      case 2 -> Boolean.toString(random.nextBoolean());
      case 3 ->
          IntStream.range(0, random.nextInt(4))
              .mapToObj(i -> i == 1 ? "null" : json(random, depth - 1))
              .collect(Collectors.joining(", ", "[", "]"));
      default ->
          IntStream.range(0, random.nextInt(4))
              .mapToObj(i -> "\"" + i + "\" : " + json(random, depth - 1))
              .collect(Collectors.joining(",\n", "{", "}"));
    };
  }

  private static String escaped(String text) {
    return text.chars()
        .mapToObj(
            c ->
                c < ' ' || c == '"' || c == '\\'
                    ? "\\u%04x".formatted(c)
                    : Character.toString((char) c))
        .collect(Collectors.joining());
  }
}
