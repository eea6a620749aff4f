package io.estat.ingest.config;

import static io.estat.ingest.config.Setting.*;

import io.estat.ingest.batch.BatchLimits;
import io.estat.ingest.dlq.DlqConfig;
import io.estat.ingest.dlq.DlqConfig.Overflow;
import io.estat.ingest.http.CidrSet;
import io.estat.ingest.http.ClientAddress;
import io.estat.ingest.http.ClientAddress.Mode;
import io.estat.ingest.http.Cors;
import io.estat.ingest.http.EventLine;
import io.estat.ingest.http.HttpConfig;
import io.estat.ingest.http.HttpConfig.Tls;
import io.estat.ingest.http.LineConfig;
import io.estat.ingest.upload.UploadConfig;
import io.estat.storage.StoreSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Makes the configuration of the environment, or tells everything that is wrong with it. */
public final class ConfigReader {
  /** Loopback, private, link-local and unique-local ranges, and the shared one of RFC 6598. */
  private static final List<String> PRIVATE_RANGES =
      List.of(
          "127.0.0.0/8",
          "10.0.0.0/8",
          "172.16.0.0/12",
          "192.168.0.0/16",
          "169.254.0.0/16",
          "100.64.0.0/10",
          "::1/128",
          "fc00::/7",
          "fe80::/10");

  private static final long DEFAULT_BUDGET = 64L << 20;
  private static final long MAX_BUDGET = 1L << 40;

  /** The body and its line, every byte of it escaped. */
  private static final int LINE_BUFFERS_PER_BODY_BYTE = 7;

  private static final Duration SAVING = Duration.ofSeconds(5);

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
    reader.checkTogether(config);
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
    values.oneOf(ACK, value -> value.equals("memory") ? value : null, "memory");
    String instance = values.textOrNull(INSTANCE_ID);
    return new IngestConfig(
        instance == null ? machine.hostName() : instance,
        storeUrl(),
        storeSettings(),
        http(),
        line(),
        batch(),
        upload(),
        dlq(),
        values.duration(DRAIN_DELAY, Duration.ZERO, Duration.ofMinutes(5)),
        values.duration(SHUTDOWN_TIMEOUT, Duration.ofSeconds(6), Duration.ofHours(1)),
        log());
  }

  private URI storeUrl() {
    String url = values.text(STORE_URL);
    String bucket = values.text(RAW_BUCKET);
    if (url.isEmpty() == bucket.isEmpty()) {
      values.problem(
          url.isEmpty()
              ? "STORE_URL is missing: where should objects go? s3://bucket or file:///folder"
                  + " (RAW_BUCKET=b means s3://b)"
              : "STORE_URL and RAW_BUCKET are both set; keep one");
      return URI.create("file:///");
    }
    Setting setting = url.isEmpty() ? RAW_BUCKET : STORE_URL;
    try {
      URI uri = new URI(url.isEmpty() ? "s3://" + bucket : url);
      String scheme = String.valueOf(uri.getScheme());
      if (scheme.equals("s3") ? isBucket(uri) : scheme.equals("file")) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // told below, like every other unusable value
    }
    values.problem(setting, values.text(setting));
    return URI.create("file:///");
  }

  private static boolean isBucket(URI uri) {
    boolean bare = uri.getPath().isEmpty() || uri.getPath().equals("/");
    return uri.getHost() != null
        && bare
        && uri.getUserInfo() == null
        && uri.getPort() < 0
        && uri.getQuery() == null;
  }

  private StoreSettings storeSettings() {
    String endpoint = values.textOrNull(S3_ENDPOINT);
    if (endpoint != null && !endpoint.matches("https?://[^/@\\s]+/?")) {
      values.problem(S3_ENDPOINT, endpoint);
    }
    return new StoreSettings(values.textOrNull(AWS_REGION), endpoint, Duration.ofSeconds(10));
  }

  private HttpConfig http() {
    int threads =
        values.isSet(IO_THREADS)
            ? values.integer(IO_THREADS, 1, 64)
            : Math.clamp(machine.cpus(), 1, 64);
    InetSocketAddress admin = values.isSet(ADMIN_ADDR) ? values.address(ADMIN_ADDR) : null;
    return new HttpConfig(
        values.address(HTTP_ADDR),
        admin,
        threads,
        values.integer(MAX_BODY_SIZE, 1, 1 << 20),
        values.integer(MAX_CONNECTIONS, 1, 1_000_000),
        HttpConfig.Timeouts.DEFAULTS,
        cors(),
        writeKeys(),
        tls(),
        values.flag(STATUS_PAGE));
  }

  /** Commas alone are no key; whoever wrote them did not mean that everybody may send. */
  private List<String> writeKeys() {
    List<String> keys = values.list(WRITE_KEYS);
    if (values.isSet(WRITE_KEYS) && keys.isEmpty()) {
      values.problem(WRITE_KEYS, values.text(WRITE_KEYS));
    }
    return keys;
  }

  private Cors cors() {
    List<String> origins = values.list(CORS_ORIGINS);
    for (String origin : origins) {
      if (!origin.matches("[a-z][a-z0-9+.-]*://[^/\\s]+")) {
        values.problem("CORS_ORIGINS: '" + origin + "' is no origin like https://www.example.com");
      }
    }
    return new Cors(origins, collectedHeaders());
  }

  private @Nullable Tls tls() {
    if (!values.isSet(TLS_CERT_FILE) && !values.isSet(TLS_KEY_FILE)) {
      return null;
    }
    for (Setting file : List.of(TLS_CERT_FILE, TLS_KEY_FILE)) {
      if (!values.isSet(file)) {
        values.problem(file + " is missing: a certificate and its key go together");
      } else if (!Files.isReadable(Path.of(values.text(file)))) {
        values.problem(file + "=" + values.text(file) + ": no such file, or not readable");
      }
    }
    return new Tls(Path.of(values.text(TLS_CERT_FILE)), Path.of(values.text(TLS_KEY_FILE)));
  }

  private LineConfig line() {
    Mode mode =
        values.oneOf(
            IP_MODE,
            value ->
                switch (value) {
                  case "full" -> Mode.FULL;
                  case "truncate" -> Mode.TRUNCATE;
                  case "none" -> Mode.NONE;
                  default -> null;
                },
            Mode.FULL);
    String header =
        values.oneOf(
            IP_HEADER,
            value ->
                switch (value) {
                  case "x-forwarded-for", "cloudfront-viewer-address", "none" -> value;
                  default -> null;
                },
            "none");
    var address = new ClientAddress(mode, header.equals("none") ? null : header, trusted());
    List<String> headers = collectedHeaders();
    checkHeaders(headers);
    return new LineConfig(address, values.flag(COLLECT_COOKIE), headers);
  }

  private CidrSet trusted() {
    try {
      return new CidrSet(
          values.isSet(TRUSTED_PROXIES) ? proxies(values.text(TRUSTED_PROXIES)) : PRIVATE_RANGES);
    } catch (IllegalArgumentException e) {
      values.problem("TRUSTED_PROXIES: " + e.getMessage());
    } catch (IOException e) {
      values.problem("TRUSTED_PROXIES=" + values.text(TRUSTED_PROXIES) + ": cannot read it: " + e);
    }
    return new CidrSet(List.of());
  }

  private List<String> proxies(String text) throws IOException {
    if (!text.startsWith("@")) {
      return values.list(TRUSTED_PROXIES);
    }
    return Files.readAllLines(Path.of(text.substring(1))).stream()
        .map(line -> line.replaceFirst("#.*", "").strip())
        .filter(line -> !line.isEmpty())
        .toList();
  }

  private List<String> collectedHeaders() {
    return values.list(COLLECT_HEADERS).stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .toList();
  }

  private void checkHeaders(List<String> names) {
    for (String name : names) {
      if (!name.matches("[a-z0-9!#$%&'*+.^_`|~-]+")) {
        values.problem("COLLECT_HEADERS: '" + name + "' is no header name");
      }
    }
    if (new HashSet<>(names).size() < names.size()) {
      values.problem("COLLECT_HEADERS=" + names + ": each name only once, whatever its case");
    }
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

  private UploadConfig upload() {
    return new UploadConfig(
        prefix(RAW_PREFIX),
        prefix(DLQ_PREFIX),
        values.duration(S3_TIMEOUT, Duration.ofMillis(100), Duration.ofSeconds(60)),
        values.integer(S3_APP_RETRIES, 1, 10),
        values.integer(GZIP_LEVEL, 1, 9));
  }

  private String prefix(Setting setting) {
    String prefix = values.text(setting);
    if (!prefix.matches("[A-Za-z0-9._=-]+(/[A-Za-z0-9._=-]+)*") || prefix.contains("..")) {
      values.problem(setting, prefix);
    }
    return prefix;
  }

  private DlqConfig dlq() {
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

  /** Each event loop keeps a buffer for the longest line it has seen, on the heap. */
  private void checkLineBuffers(HttpConfig http) {
    long buffers = (long) http.ioThreads() * LINE_BUFFERS_PER_BODY_BYTE * http.maxBodyBytes();
    long room = Runtime.getRuntime().maxMemory() / 3;
    if (buffers > room) {
      values.problem(
          "IO_THREADS="
              + http.ioThreads()
              + " with MAX_BODY_SIZE="
              + http.maxBodyBytes()
              + ": the loops' line buffers may take "
              + buffers
              + " bytes, and a third of the heap is "
              + room
              + "; lower one of them, or give more heap with ESTAT_JAVA_OPTS=-Xmx256m");
    }
  }

  /** What each value alone cannot show. */
  private void checkTogether(IngestConfig config) {
    if (config.upload().rawPrefix().equals(config.upload().quarantinePrefix())) {
      values.problem("RAW_PREFIX and DLQ_PREFIX are the same; quarantine needs a place of its own");
    }
    Duration timeout = config.shutdownTimeout();
    if (config.drainDelay().plus(SAVING).compareTo(timeout) >= 0) {
      values.problem(
          DRAIN_DELAY,
          values.text(DRAIN_DELAY),
          DRAIN_DELAY.allowed()
              + ", and less than SHUTDOWN_TIMEOUT="
              + values.text(SHUTDOWN_TIMEOUT)
              + " less 5s");
    }
    if (config.upload().timeout().compareTo(timeout.minus(SAVING)) > 0) {
      values.problem(
          S3_TIMEOUT,
          values.text(S3_TIMEOUT),
          S3_TIMEOUT.allowed() + ", which is " + values.text(SHUTDOWN_TIMEOUT));
    }
    BatchLimits batch = config.batch();
    long worst = EventLine.worstLineBytes(config.http().maxBodyBytes(), config.line());
    if (worst > batch.batchBytes()) {
      values.problem(
          "BATCH_MAX_BYTES="
              + batch.batchBytes()
              + ": the longest line that MAX_BODY_SIZE="
              + config.http().maxBodyBytes()
              + " and 32 KiB of headers can make has "
              + worst
              + " bytes and must fit a batch");
    }
    checkLineBuffers(config.http());
    if (batch.budgetBytes() < 3L * batch.batchBytes()) {
      values.problem(
          "MEMORY_BUDGET_BYTES="
              + batch.budgetBytes()
              + ": three batches of BATCH_MAX_BYTES="
              + batch.batchBytes()
              + " must fit, "
              + 3L * batch.batchBytes()
              + " bytes");
    }
  }
}
