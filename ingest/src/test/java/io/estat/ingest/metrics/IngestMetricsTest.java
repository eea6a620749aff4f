package io.estat.ingest.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.core.metrics.Histogram;
import org.junit.jupiter.api.Test;

/** The text of a scrape. */
class IngestMetricsTest {
  @Test
  void countersEndInTotalGaugesDoNotAndNumbersAreWhole() {
    var metrics =
        new IngestMetrics(
            to -> {
              to.counter("things", "What there was.", 5_000_000_000L);
              to.gauge("things_here", "What there is.", 3);
              to.info("thing", "What it is.", "kind", "a \"b\" \\");
            });
    String text = metrics.scrape();
    assertThat(text)
        .contains("# TYPE things_total counter\nthings_total 5.0E9\n")
        .contains("# TYPE things_here gauge\nthings_here 3.0\n")
        .contains("thing_info{kind=\"a \\\"b\\\" \\\\\"} 1");
  }

  @Test
  void eachScrapeAsksAgain() {
    long[] asked = new long[1];
    var metrics = new IngestMetrics(to -> to.counter("asked", "How often.", ++asked[0]));
    long before = asked[0];
    assertThat(metrics.scrape()).contains("asked_total " + (before + 1) + ".0\n");
    assertThat(metrics.scrape()).contains("asked_total " + (before + 2) + ".0\n");
  }

  @Test
  void histogramsShowBucketsSumAndCount() {
    Histogram histogram =
        Histogram.builder()
            .name("t_seconds")
            .help("T.")
            .classicOnly()
            .classicUpperBounds(1)
            .build();
    histogram.observe(0.5);
    histogram.observe(2);
    assertThat(new IngestMetrics(to -> {}, histogram).scrape())
        .contains("t_seconds_bucket{le=\"1.0\"} 1\n")
        .contains("t_seconds_bucket{le=\"+Inf\"} 2\n")
        .contains("t_seconds_sum 2.5\n")
        .contains("t_seconds_count 2\n");
  }
}
