package io.estat.etl.encode;

/**
 * Writes dates and times of PostgreSQL from its binary format, days or microseconds since
 * 2000-01-01, as {@link ServerTime} writes them from the server's text. The session is in UTC. One
 * thread.
 *
 * @see <a
 *     href="https://github.com/postgres/postgres/blob/REL_15_0/src/backend/utils/adt/datetime.c">
 *     EncodeDateTime</a>
 */
final class BinaryTime {
  private static final long DAY_MICROS = 86_400_000_000L;
  private static final int SECOND_MICROS = 1_000_000;
  private static final int MICRO_DIGITS = 6;
  private static final int[] POWERS = {1_000_000, 100_000, 10_000, 1_000, 100, 10, 1};

  /** Of the days that the calendar below counts, 1 March of the year 0, until 2000-01-01. */
  private static final int EPOCH_DAY = 730_425;

  private static final int ERA_DAYS = 146_097;

  /** A quoted year of seven digits, all else, and an era. */
  private static final int LONGEST = 64;

  private final int secondDigits;
  private final String zone;
  private final EncodeCounters counters;

  /** The day that the next three say. */
  private int splitDay;

  private int year;
  private int month;
  private int day;

  private BinaryTime(int secondDigits, String zone, EncodeCounters counters) {
    this.secondDigits = secondDigits;
    this.zone = zone;
    this.counters = counters;
    split(0);
  }

  static BytesEncoder date(EncodeCounters counters) {
    return new BinaryTime(0, "", counters)::putDate;
  }

  static BytesEncoder time(int secondDigits, EncodeCounters counters) {
    return new BinaryTime(secondDigits, "", counters)::putTime;
  }

  static BytesEncoder timeWithOffset(int secondDigits, EncodeCounters counters) {
    return new BinaryTime(secondDigits, "", counters)::putTimeWithOffset;
  }

  static BytesEncoder dateTime(int secondDigits, EncodeCounters counters) {
    return new BinaryTime(secondDigits, "", counters)::putDateTime;
  }

  static BytesEncoder instant(int secondDigits, EncodeCounters counters) {
    return new BinaryTime(secondDigits, "+00", counters)::putDateTime;
  }

  private void putDate(byte[] bytes, int from, int to, LineBuffer out) {
    int days = BigEndian.int32(bytes, from);
    if (days == Integer.MAX_VALUE || days == Integer.MIN_VALUE) {
      putInfinity(days < 0, out);
      return;
    }
    splitNew(days);
    byte[] dst = out.room(LONGEST);
    int at = out.length();
    dst[at++] = '"';
    at = date(dst, at);
    if (!inRange()) {
      counters.outOfRange();
      at = era(dst, at);
    }
    dst[at++] = '"';
    out.length(at);
  }

  private void putDateTime(byte[] bytes, int from, int to, LineBuffer out) {
    long micros = BigEndian.int64(bytes, from);
    if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
      putInfinity(micros < 0, out);
      return;
    }
    long days = Math.floorDiv(micros, DAY_MICROS);
    long ofDay = micros - days * DAY_MICROS;
    splitNew((int) days);
    byte[] dst = out.room(LONGEST);
    int at = out.length();
    dst[at++] = '"';
    at = date(dst, at);
    if (inRange()) {
      dst[at++] = 'T';
      at = timeOfDay(ofDay, secondDigits, dst, at);
      at = zone(dst, at);
      if (!zone.isEmpty()) {
        at = ascii(":00", dst, at);
      }
    } else { // the server's own text
      counters.outOfRange();
      dst[at++] = ' ';
      at = timeOfDay(ofDay, 0, dst, at);
      at = zone(dst, at);
      at = era(dst, at);
    }
    dst[at++] = '"';
    out.length(at);
  }

  private void putTime(byte[] bytes, int from, int to, LineBuffer out) {
    byte[] dst = out.room(LONGEST);
    int at = out.length();
    dst[at++] = '"';
    at = checkedTimeOfDay(BigEndian.int64(bytes, from), dst, at);
    dst[at++] = '"';
    out.length(at);
  }

  private void putTimeWithOffset(byte[] bytes, int from, int to, LineBuffer out) {
    byte[] dst = out.room(LONGEST);
    int at = out.length();
    dst[at++] = '"';
    at = checkedTimeOfDay(BigEndian.int64(bytes, from), dst, at);
    int westSeconds = BigEndian.int32(bytes, from + Long.BYTES);
    dst[at++] = (byte) (westSeconds <= 0 ? '+' : '-');
    int seconds = Math.abs(westSeconds);
    at = NumberText.pair(seconds / 3600, dst, at);
    dst[at++] = ':';
    at = NumberText.pair(seconds / 60 % 60, dst, at);
    if (seconds % 60 != 0) {
      dst[at++] = ':';
      at = NumberText.pair(seconds % 60, dst, at);
    }
    dst[at++] = '"';
    out.length(at);
  }

  private int checkedTimeOfDay(long micros, byte[] dst, int at) {
    if (micros == DAY_MICROS) { // 24:00:00
      counters.outOfRange();
    }
    return timeOfDay(micros, secondDigits, dst, at);
  }

  private void putInfinity(boolean negative, LineBuffer out) {
    counters.outOfRange();
    out.putAscii(negative ? "\"-infinity\"" : "\"infinity\"");
  }

  /** Rows of one day often follow each other. */
  private void splitNew(int daysSince2000) {
    if (daysSince2000 != splitDay) {
      split(daysSince2000);
    }
  }

  /**
   * The Gregorian calendar, also before it was in use, in years that begin with March: the day that
   * comes and goes is their last. The months from March on have 153 days in five. The server's days
   * go from 4713 BC to 5874897, so that none overflows.
   */
  private void split(int daysSince2000) {
    int days = daysSince2000 + EPOCH_DAY;
    int era = Math.floorDiv(days, ERA_DAYS);
    int ofEra = days - era * ERA_DAYS;
    int yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / (ERA_DAYS - 1)) / 365;
    int ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int fromMarch = (5 * ofYear + 2) / 153;
    day = ofYear - (153 * fromMarch + 2) / 5 + 1;
    month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
    year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
    splitDay = daysSince2000;
  }

  private boolean inRange() {
    return year >= 1 && year <= 9999;
  }

  /** The year 0 is 1 BC. */
  private int date(byte[] dst, int from) {
    int shown = year > 0 ? year : 1 - year;
    int at = shown <= 9999 ? NumberText.four(shown, dst, from) : NumberText.put(shown, dst, from);
    NumberText.pair(month, dst, at + 1);
    NumberText.pair(day, dst, at + 4);
    dst[at] = '-';
    dst[at + 3] = '-';
    return at + "-01-31".length();
  }

  private int era(byte[] dst, int at) {
    return year > 0 ? at : ascii(" BC", dst, at);
  }

  private int zone(byte[] dst, int at) {
    return ascii(zone, dst, at);
  }

  /** At least so many digits of the second, and as many as it takes. */
  private static int timeOfDay(long micros, int least, byte[] dst, int from) {
    int seconds = (int) (micros / SECOND_MICROS);
    int fraction = (int) (micros - (long) seconds * SECOND_MICROS);
    int minutes = seconds / 60;
    int hours = minutes / 60;
    NumberText.threePairs(hours, minutes - hours * 60, seconds - minutes * 60, dst, from);
    int at = from + "23:59:59".length();
    int digits = least;
    while (digits < MICRO_DIGITS && fraction % POWERS[digits] != 0) {
      digits++;
    }
    if (digits == 0) {
      return at;
    }
    dst[at++] = '.';
    NumberText.four(fraction / 100, dst, at);
    NumberText.pair(fraction % 100, dst, at + 4);
    return at + digits;
  }

  @SuppressWarnings("deprecation") // getBytes(int, int, byte[], int): the one copy without an array
  private static int ascii(String text, byte[] dst, int at) {
    text.getBytes(0, text.length(), dst, at);
    return at + text.length();
  }
}
