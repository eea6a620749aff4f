package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;

/**
 * One scrape.
 *
 * @param values by name with labels, as printed
 */
record Metrics(Map<String, Double> values) {
  private static final String REJECTED = "http_requests_rejected_";

  static Metrics parse(String text) {
    Map<String, Double> values = new HashMap<>();
    text.lines()
        .filter(line -> !line.isBlank() && line.charAt(0) != '#')
        .forEach(
            line -> {
              int space = line.lastIndexOf(' ');
              values.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
            });
    return new Metrics(values);
  }

  /** The value of a metric that must be there. */
  long of(String name) {
    Double value = values.get(name);
    if (value == null) {
      throw new AssertionError(name + " is missing in " + values.keySet());
    }
    return value.longValue();
  }

  /**
   * Whether all that was taken is in the store. Events of earlier lives are not counted before
   * their file is opened, so the files count, too, once they are all known.
   */
  boolean isDrained() {
    return of("dlq_scan_complete") == 1
        && of("events_in_memory") == 0
        && of("events_in_dlq") == 0
        && of("dlq_files_current") == 0;
  }

  /** Both identities of the books: nothing vanishes, nothing is counted twice. */
  void assertIdentitiesHold() {
    long rejected =
        values.entrySet().stream()
            .filter(value -> value.getKey().startsWith(REJECTED))
            .mapToLong(value -> value.getValue().longValue())
            .sum();
    assertThat(of("http_requests_total"))
        .as("requests = accepted + rejected, in %s", values)
        .isEqualTo(of("http_requests_accepted_total") + rejected);
    assertThat(of("events_accepted_total") + of("events_recovered_total"))
        .as("events in = events out and held, in %s", values)
        .isEqualTo(
            of("s3_events_stored_total")
                + of("dlq_events_reuploaded_total")
                + of("events_in_memory")
                + of("events_in_dlq")
                + of("dlq_events_quarantined_total")
                + of("dlq_events_expired_total")
                + of("dlq_events_dropped_total"));
  }
}
