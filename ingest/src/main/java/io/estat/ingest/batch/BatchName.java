package io.estat.ingest.batch;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a batch: {@code <unix>_<instance>_<counter>}, minted once and kept through retries,
 * the dead-letter queue and restarts, so that a retried upload can never create a second copy.
 *
 * @param text the name without folder and extension; only ASCII letters, digits, dot, dash and
 *     underscore
 * @param unixSeconds arrival of the batch's first event; decides the partition
 */
public record BatchName(String text, long unixSeconds) {
  /** What every batch file and object ends with. */
  public static final String EXTENSION = ".jsonl.gz";

  private static final Pattern MINTED = Pattern.compile("([0-9]{1,12})_([A-Za-z0-9.-]+)_([0-9]+)");

  /** The older form of file names in a DLQ folder: epoch milliseconds. */
  private static final Pattern MILLIS = Pattern.compile("[0-9]{13}");

  public static BatchName of(long unixSeconds, String instance, long counter) {
    return new BatchName(unixSeconds + "_" + instance + "_" + counter, unixSeconds);
  }

  /** Reads a name without extension, or empty if it is none of ours. */
  public static Optional<BatchName> parse(String text) {
    Matcher minted = MINTED.matcher(text);
    if (minted.matches()) {
      return Optional.of(new BatchName(text, Long.parseLong(minted.group(1))));
    }
    if (MILLIS.matcher(text).matches()) {
      return Optional.of(new BatchName(text, Long.parseLong(text) / 1000));
    }
    return Optional.empty();
  }

  /** Whether this process life minted the name. */
  public boolean isOf(String instance) {
    int from = text.indexOf('_') + 1;
    int to = text.lastIndexOf('_');
    return from > 0 && to > from && text.substring(from, to).equals(instance);
  }

  /** Whether nobody else can have minted it: older names are only a time. */
  public boolean isUnique() {
    return text.indexOf('_') > 0;
  }

  /** The name to take when somebody else's object has this one: the same at every repetition. */
  public BatchName afterCollision() {
    int end = text.lastIndexOf('_');
    String next = end < 0 ? text + "-x" : text.substring(0, end) + "-x" + text.substring(end);
    return new BatchName(next, unixSeconds);
  }

  /** {@code <prefix>/dt=<YYYY-MM-DD>/hr=<HH>/<name>.jsonl.gz}, in UTC. */
  public String key(String prefix) {
    return key(prefix, EXTENSION);
  }

  /** The same with another extension, which starts with a dot. */
  public String key(String prefix, String extension) {
    LocalDateTime hour =
        LocalDateTime.ofInstant(Instant.ofEpochSecond(unixSeconds), ZoneOffset.UTC);
    String partition = hour.toLocalDate() + String.format(Locale.ROOT, "/hr=%02d/", hour.getHour());
    return (prefix.isEmpty() ? "" : prefix + "/") + "dt=" + partition + text + extension;
  }

  @Override
  public String toString() {
    return text;
  }
}
