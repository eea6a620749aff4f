package io.estat.ingest.metrics;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What the server counts, in Prometheus' text format. The parts that count know nothing of
 * Prometheus; a {@link Source} asks them at each scrape, the ledger once for all its terms.
 */
public final class IngestMetrics {
  /** Media type of {@link #scrape()}. */
  public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  /** Asked at each scrape; adds what it has. */
  @FunctionalInterface
  public interface Source extends Consumer<Scrape> {}

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final PrometheusTextFormatWriter writer =
      PrometheusTextFormatWriter.builder().setIncludeCreatedTimestamps(false).build();
  private boolean jvm;

  public IngestMetrics(Source source, Histogram... histograms) {
    registry.register(
        (MultiCollector)
            () -> {
              var scrape = new Scrape();
              source.accept(scrape);
              return new MetricSnapshots(scrape.snapshots);
            });
    for (Histogram histogram : histograms) {
      registry.register(histogram);
    }
  }

  /** Everything as text. Thread-safe. The JVM's own metrics are set up at the first call. */
  public synchronized String scrape() {
    if (!jvm) {
      JvmMetrics.builder().register(registry);
      jvm = true;
    }
    var out = new ByteArrayOutputStream(16 * 1024);
    try {
      writer.write(out, registry.scrape(), EscapingScheme.DEFAULT);
    } catch (IOException e) {
      throw new UncheckedIOException("a byte array cannot refuse bytes", e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The values of one scrape. */
  public static final class Scrape {
    private final List<MetricSnapshot> snapshots = new ArrayList<>();

    /**
     * Adds a counter.
     *
     * @param name without {@code _total}, which the format adds
     */
    public void counter(String name, String help, long value) {
      snapshots.add(
          CounterSnapshot.builder()
              .name(name)
              .help(help)
              .dataPoint(CounterDataPointSnapshot.builder().value((double) value).build())
              .build());
    }

    /**
     * Adds a counter of several series, one for each value of a label.
     *
     * @param name without {@code _total}, which the format adds
     */
    public void counters(String name, String help, String label, Map<String, Long> values) {
      var counter = CounterSnapshot.builder().name(name).help(help);
      values.forEach(
          (labelValue, value) ->
              counter.dataPoint(
                  CounterDataPointSnapshot.builder()
                      .labels(Labels.of(label, labelValue))
                      .value((double) value)
                      .build()));
      snapshots.add(counter.build());
    }

    public void gauge(String name, String help, long value) {
      snapshots.add(
          GaugeSnapshot.builder()
              .name(name)
              .help(help)
              .dataPoint(GaugeDataPointSnapshot.builder().value((double) value).build())
              .build());
    }

    /**
     * Adds a constant 1 whose labels say something.
     *
     * @param name without {@code _info}
     * @param labels names and values in turn
     */
    public void info(String name, String help, String... labels) {
      snapshots.add(
          InfoSnapshot.builder()
              .name(name)
              .help(help)
              .dataPoint(InfoDataPointSnapshot.builder().labels(Labels.of(labels)).build())
              .build());
    }
  }
}
