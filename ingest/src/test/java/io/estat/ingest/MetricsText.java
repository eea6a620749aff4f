package io.estat.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A scrape in Prometheus' text format (version 0.0.4), read strictly. */
final class MetricsText {
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(?:[a-zA-Z_]\\w*=\"(?:[^\"\\\\\n]|\\\\[\\\\n\"])*\",?)*})?"
              + " (NaN|[+-]Inf|-?[0-9.]+(?:E-?[0-9]+)?)");
  private static final Pattern COMMENT =
      Pattern.compile("# (HELP \\S+ .*|TYPE (\\S+) (counter|gauge|histogram|summary|untyped))");

  private final Map<String, Double> values = new LinkedHashMap<>();
  private final Map<String, String> types = new LinkedHashMap<>();

  MetricsText(String text) {
    assertThat(text).endsWith("\n");
    for (String line : text.lines().toList()) {
      if (line.startsWith("#")) {
        Matcher comment = COMMENT.matcher(line);
        assertThat(comment.matches()).as(line).isTrue();
        if (comment.group(2) != null) {
          assertThat(types.put(comment.group(2), comment.group(3))).as(line).isNull();
        }
      } else {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        String series = sample.group(1) + (sample.group(2) == null ? "" : sample.group(2));
        double value = Double.parseDouble(sample.group(3).replace("Inf", "Infinity"));
        assertThat(values.put(series, value)).as("twice: " + line).isNull();
      }
    }
  }

  Map<String, Double> values() {
    return values;
  }

  Map<String, String> types() {
    return types;
  }

  long of(String name) {
    return Math.round(Objects.requireNonNull(values.get(name), name));
  }

  /** Both sides of both identities. */
  void assertIdentities() {
    long rejected =
        values.entrySet().stream()
            .filter(e -> e.getKey().startsWith("http_requests_rejected_"))
            .mapToLong(e -> Math.round(e.getValue()))
            .sum();
    assertThat(of("http_requests_total")).isEqualTo(of("http_requests_accepted_total") + rejected);
    assertThat(of("events_accepted_total") + of("events_recovered_total"))
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
