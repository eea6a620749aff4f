package io.estat.ingest.config;

import static io.estat.ingest.config.Setting.*;

import io.estat.ingest.batch.BatchLimits;
import io.estat.ingest.dlq.DlqConfig;
import io.estat.ingest.dlq.DlqConfig.Overflow;
import io.estat.ingest.http.HttpConfig;
import io.estat.ingest.http.LineConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/** Makes the configuration of the environment, or tells everything that is wrong with it. */
public final class ConfigReader {
  private static final long DEFAULT_BUDGET = 64L << 20;
  private static final long MAX_BUDGET = 1L << 40;

  private final Values values;
  private final Machine machine;

  /** What the defaults depend on. */
  public record Machine(int cpus, long memoryBytes, String hostName) {
    /** As the JVM sees it, in a container: the container. */
    public static Machine here() {
      Runtime runtime = Runtime.getRuntime();
      var system =
          (com.sun.management.OperatingSystemMXBean)
              java.lang.management.ManagementFactory.getOperatingSystemMXBean();
      return new Machine(
          runtime.availableProcessors(), system.getTotalMemorySize(), findHostName());
    }

    private static String findHostName() {
      String name = System.getenv("HOSTNAME");
      if (name != null && !name.isBlank()) {
        return name;
      }
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        return "estat";
      }
    }
  }

  private ConfigReader(Map<String, String> environment, Machine machine) {
    this.values = new Values(environment);
    this.machine = machine;
  }

  /**
   * Reads the environment.
   *
   * @throws ConfigException with every problem found
   */
  public static IngestConfig read(Map<String, String> environment, Machine machine)
      throws ConfigException {
    var reader = new ConfigReader(environment, machine);
    LookAlikes.problems(environment).forEach(reader.values::problem);
    IngestConfig config = reader.config();
    new WholeCheck(reader.values).check(config);
    if (!reader.values.problems().isEmpty()) {
      throw new ConfigException(reader.values.problems());
    }
    return config;
  }

  /** Every setting with the value in force, in the table's order; secrets as {@code ***}. */
  public static String effective(Map<String, String> environment, IngestConfig config) {
    var values = new Values(environment);
    StringJoiner all = new StringJoiner(" ");
    for (Setting setting : Setting.values()) {
      String value =
          switch (setting) {
            case IO_THREADS -> Integer.toString(config.http().ioThreads());
            case MEMORY_BUDGET_BYTES -> Long.toString(config.batch().budgetBytes());
            case INSTANCE_ID -> config.instanceId();
            case DLQ_OVERFLOW -> config.dlq().overflow().name().toLowerCase(Locale.ROOT);
            case DLQ_MAX_AGE -> config.dlq().maxAge().isPresent() ? values.text(setting) : "";
            default ->
                values.text(setting).isEmpty() ? "" : Values.shown(setting, values.text(setting));
          };
      if (!value.isEmpty()) {
        all.add(setting + "=" + value);
      }
    }
    return all.toString();
  }

  private IngestConfig config() {
    Path journal = new AckReader(values).journalFolder();
    String instance = values.textOrNull(INSTANCE_ID);
    var stores = new StoreReader(values);
    LineConfig line = new LineReader(values).read();
    HttpConfig http = new HttpReader(values, machine.cpus()).read(line.headers());
    return new IngestConfig(
        instance == null ? machine.hostName() : instance,
        stores.url(),
        stores.settings(),
        http,
        line,
        batch(),
        stores.upload(),
        dlq(journal != null),
        journal,
        values.duration(DRAIN_DELAY, Duration.ZERO, Duration.ofMinutes(5)),
        values.duration(SHUTDOWN_TIMEOUT, Duration.ofSeconds(6), Duration.ofHours(1)),
        log());
  }

  private BatchLimits batch() {
    return new BatchLimits(
        values.integer(BATCH_SIZE, 1, 1_000_000),
        values.integer(BATCH_MAX_BYTES, 1 << 16, 1 << 28),
        values.duration(FLUSH_INTERVAL, Duration.ofMillis(100), Duration.ofHours(1)),
        values.integer(CHANNEL_SIZE, 0, 10_000_000),
        values.integer(UPLOAD_QUEUE, 1, 1000),
        budget());
  }

  private long budget() {
    long byDefault = Math.min(DEFAULT_BUDGET, machine.memoryBytes() / 4);
    return values.isSet(MEMORY_BUDGET_BYTES)
        ? values.number(MEMORY_BUDGET_BYTES, 1, MAX_BUDGET, byDefault)
        : byDefault;
  }

  private DlqConfig dlq(boolean keepAll) {
    Overflow overflow =
        values.oneOf(
            DLQ_OVERFLOW,
            value ->
                switch (value) {
                  case "evict" -> Overflow.EVICT;
                  case "backpressure" -> Overflow.BACKPRESSURE;
                  default -> null;
                },
            Overflow.EVICT);
    if (keepAll) {
      overflow = Overflow.BACKPRESSURE;
    }
    Duration age = values.duration(DLQ_MAX_AGE, Duration.ofMinutes(1), Duration.ofDays(365));
    return new DlqConfig(
        Path.of(values.text(DLQ_DIR)),
        overflow == Overflow.EVICT ? Optional.of(age) : Optional.empty(),
        values.number(DLQ_MAX_SIZE_BYTES, 1 << 20, Long.MAX_VALUE),
        overflow);
  }

  private IngestConfig.Log log() {
    String level =
        values.oneOf(
            LOG_LEVEL,
            value ->
                switch (value) {
                  case "trace", "debug", "info", "warn", "error" -> value;
                  default -> null;
                },
            "info");
    return new IngestConfig.Log(
        level, values.flag(LOG_PRETTY), values.integer(LOG_SAMPLE_N, 1, 1_000_000));
  }
}
