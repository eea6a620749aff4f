package io.estat.etl.encode;

/**
 * Dates and times as PostgreSQL (DateStyle ISO) and MariaDB write them, turned into ISO-8601 with
 * exactly the declared digits of the second. What has no place in 0001-01-01 to 9999-12-31 (BC,
 * infinity, zero dates) keeps the database's own text and is counted. One thread.
 */
final class ServerTime {
  /** What stands behind the time of day. */
  enum Zone {
    NONE,
    /** The text's own offset, as {@code +hh:mm}. */
    OFFSET,
    /** Nothing in the text, whose session is in UTC. */
    UTC
  }

  private static final int DATE_LENGTH = "2024-01-31".length();
  private static final int TIME_LENGTH = "23:59:59".length();

  private final int secondDigits;
  private final Zone zone;
  private final EncodeCounters counters;

  ServerTime(int secondDigits, Zone zone, EncodeCounters counters) {
    this.secondDigits = secondDigits;
    this.zone = zone;
    this.counters = counters;
  }

  static TextShape date() {
    return new TextShape(
        "date", BigQueryType.DATE, counters -> new ServerTime(0, Zone.NONE, counters)::putDate);
  }

  static TextShape time(int secondDigits) {
    return new TextShape(
        "time",
        BigQueryType.TIME.ifItKeeps(secondDigits),
        counters -> new ServerTime(secondDigits, Zone.NONE, counters)::putTime);
  }

  static TextShape timeWithOffset(int secondDigits) {
    return new TextShape(
        "time with offset",
        BigQueryType.STRING,
        counters -> new ServerTime(secondDigits, Zone.OFFSET, counters)::putTime);
  }

  static TextShape dateTime(int secondDigits) {
    return new TextShape(
        "local time",
        BigQueryType.DATETIME.ifItKeeps(secondDigits),
        counters -> new ServerTime(secondDigits, Zone.NONE, counters)::putDateTime);
  }

  static TextShape instant(int secondDigits, Zone zone) {
    return new TextShape(
        "time with offset",
        BigQueryType.TIMESTAMP.ifItKeeps(secondDigits),
        counters -> new ServerTime(secondDigits, zone, counters)::putDateTime);
  }

  void putDate(byte[] text, int from, int to, LineBuffer out) {
    if (!inRange(text, from, to)) {
      counters.outOfRange();
    }
    TextShape.quoted(text, from, to, out);
  }

  void putTime(byte[] text, int from, int to, LineBuffer out) {
    if (text[from] == '2' && text[from + 1] == '4') { // PostgreSQL's end of the day
      counters.outOfRange();
    }
    out.put('"');
    timeOfDay(text, from, to, out);
    out.put('"');
  }

  void putDateTime(byte[] text, int from, int to, LineBuffer out) {
    if (!inRange(text, from, to)) {
      counters.outOfRange();
      TextShape.quoted(text, from, to, out);
      return;
    }
    out.put('"');
    TextShape.bare(text, from, from + DATE_LENGTH, out);
    out.put('T');
    timeOfDay(text, from + DATE_LENGTH + 1, to, out);
    out.put('"');
  }

  private void timeOfDay(byte[] text, int from, int to, LineBuffer out) {
    int at = from + TIME_LENGTH;
    TextShape.bare(text, from, at, out);
    at = fraction(text, at, to, out);
    switch (zone) {
      case NONE -> {}
      case OFFSET -> offset(text, at, to, out);
      case UTC -> out.putAscii("+00:00");
    }
  }

  /** Zeros that the server leaves out are put back. */
  private int fraction(byte[] text, int from, int to, LineBuffer out) {
    int at = from;
    if (at < to && text[at] == '.') {
      at++;
      while (at < to && text[at] >= '0') {
        at++;
      }
    }
    TextShape.bare(text, from, at, out);
    if (at == from && secondDigits > 0) {
      out.put('.');
    }
    for (int digits = Math.max(0, at - from - 1); digits < secondDigits; digits++) {
      out.put('0');
    }
    return at;
  }

  /** {@code +00}, {@code +05:30} or, before there were zones, {@code -00:01:15}. */
  private static void offset(byte[] text, int from, int to, LineBuffer out) {
    TextShape.bare(text, from, to, out);
    if (to - from == "+00".length()) {
      out.putAscii(":00");
    }
  }

  private static boolean inRange(byte[] text, int from, int to) {
    return to - from >= DATE_LENGTH
        && text[from + 4] == '-'
        && text[to - 1] <= '9'
        && !zeros(text, from, 4)
        && !zeros(text, from + 5, 2)
        && !zeros(text, from + 8, 2);
  }

  private static boolean zeros(byte[] text, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (text[i] != '0') {
        return false;
      }
    }
    return true;
  }
}
