package io.estat.bench.etl;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * How many lines there are and a sum over their values, in whatever order the lines come. Two
 * writers that mean the same value have the same sum: {@code "1.50"} is 1.5, {@code 2020-01-01
 * 00:00:00+00} is {@code 2020-01-01T00:00:00.000Z}, a NULL is as good as no value.
 */
record LandedValues(long lines, long sum) {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int DATE_LENGTH = "2020-01-01".length();
  private static final int TIME_LENGTH = "2020-01-01T00:00:00".length();

  /** Reads the gzip'd JSON Lines that somebody landed. */
  static LandedValues of(Contender by, List<Path> files) throws IOException {
    var json = new JsonFactory();
    var all = new LandedValues(0, 0);
    for (Path file : files) {
      try (InputStream text = new GZIPInputStream(Files.newInputStream(file), BUFFER_BYTES);
          InputStream lines = by.doublesBackslashes() ? new SingleBackslashes(text) : text;
          JsonParser parser = json.createParser(lines)) {
        all = all.plus(of(parser));
      }
    }
    return all;
  }

  static LandedValues of(JsonParser parser) throws IOException {
    long lines = 0;
    long sum = 0;
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      long line = 0;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        long name = hash(parser.currentName().toLowerCase(Locale.ROOT));
        if (parser.nextToken() != JsonToken.VALUE_NULL) {
          line += mix(name ^ hash(canonical(parser.getText())));
        }
      }
      sum += mix(line);
      lines++;
    }
    return new LandedValues(lines, sum);
  }

  private LandedValues plus(LandedValues other) {
    return new LandedValues(lines + other.lines, sum + other.sum);
  }

  /** One text for all texts of a value. */
  static String canonical(String text) {
    if (text.isEmpty()) {
      return text;
    }
    char first = text.charAt(0);
    if (first == '-' || (first >= '0' && first <= '9')) {
      return isTime(text) ? time(text) : number(text);
    }
    return switch (text) {
      case "true", "TRUE" -> "1";
      case "false", "FALSE" -> "0";
      default -> text;
    };
  }

  private static boolean isTime(String text) {
    return text.length() >= TIME_LENGTH && text.charAt(4) == '-' && text.charAt(13) == ':';
  }

  /** Whole numbers as they are; others without the zeros that say nothing. */
  private static String number(String text) {
    for (int i = 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        try {
          return new BigDecimal(text).stripTrailingZeros().toPlainString();
        } catch (NumberFormatException e) {
          return text;
        }
      }
    }
    return text;
  }

  /** All times of the bench are in UTC, whether they say so or not. */
  private static String time(String text) {
    int end = TIME_LENGTH;
    int last = end;
    if (end < text.length() && text.charAt(end) == '.') {
      for (end++; end < text.length() && Character.isDigit(text.charAt(end)); end++) {
        last = text.charAt(end) == '0' ? last : end + 1;
      }
    }
    String zone = text.substring(end);
    String utc =
        switch (zone) {
          case "", "Z", "+00", "+00:00" -> "";
          default -> zone;
        };
    return text.substring(0, DATE_LENGTH) + 'T' + text.substring(DATE_LENGTH + 1, last) + utc;
  }

  /** FNV-1a over the characters. */
  private static long hash(String text) {
    long hash = 0xCBF29CE484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
    }
    return hash;
  }

  /** The finalizer of SplitMix64: sums of what is alike must not be alike. */
  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  @Override
  public String toString() {
    return "%d lines, sum %016x".formatted(lines, sum);
  }
}
