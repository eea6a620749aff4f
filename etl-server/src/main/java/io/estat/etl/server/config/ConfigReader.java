package io.estat.etl.server.config;

import static io.estat.etl.server.config.Setting.*;

import io.estat.etl.breaker.BreakerOptions;
import io.estat.etl.domain.NearestName;
import io.estat.etl.server.config.EtlConfig.Auth;
import io.estat.etl.server.config.EtlConfig.Jwt;
import io.estat.etl.server.store.StoreSettings;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the configuration of file and environment, or tells everything that is wrong with it. The
 * environment wins over the file; an empty variable counts as not set.
 */
public final class ConfigReader {
  private static final int MIN_BEARER_SECRET_BYTES = 32;

  private final Values values;
  private final Map<Setting, List<String>> texts;

  private ConfigReader(Map<Setting, List<String>> texts, List<String> problems) {
    this.texts = texts;
    this.values = new Values(texts, problems);
  }

  /**
   * @param file {@code config.yaml}, or null: only the environment
   * @throws ConfigException with every problem found
   */
  public static EtlConfig read(@Nullable Path file, Map<String, String> environment)
      throws ConfigException {
    List<String> problems = new ArrayList<>();
    Map<Setting, List<String>> texts = new EnumMap<>(Setting.class);
    if (file != null) {
      texts.putAll(ConfigFile.read(file, environment, problems));
    }
    for (Setting setting : Setting.values()) {
      String value = environment.getOrDefault(setting.name(), "").strip();
      if (!value.isEmpty()) {
        texts.put(setting, Values.isList(setting) ? Values.split(value) : List.of(value));
      }
    }
    problems.addAll(lookAlikes(environment));
    EtlConfig config = new ConfigReader(texts, problems).config();
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return config;
  }

  /** Every setting that was given, with its value; secrets as {@code ***}. */
  public static String given(@Nullable Path file, Map<String, String> environment) {
    List<String> ignored = new ArrayList<>();
    Map<Setting, List<String>> texts = new EnumMap<>(Setting.class);
    if (file != null) {
      texts.putAll(ConfigFile.read(file, environment, ignored));
    }
    List<String> shown = new ArrayList<>();
    for (Setting setting : Setting.values()) {
      String fromEnvironment = environment.getOrDefault(setting.name(), "").strip();
      String value =
          fromEnvironment.isEmpty()
              ? String.join(",", texts.getOrDefault(setting, List.of()))
              : fromEnvironment;
      if (!value.isEmpty()) {
        shown.add(setting.key() + "=" + (setting.isSecret() ? "***" : value));
      }
    }
    return String.join(" ", shown);
  }

  /** The environment is full of other names. */
  private static final NearestName.Tolerance HARDLY_ELSE =
      letters -> letters >= 13 ? 3 : letters >= 10 ? 2 : letters >= 8 ? 1 : 0;

  private static List<String> lookAlikes(Map<String, String> environment) {
    List<String> names = Arrays.stream(Setting.values()).map(Setting::name).toList();
    List<String> problems = new ArrayList<>();
    for (String name : new TreeSet<>(environment.keySet())) {
      if (!names.contains(name)) {
        NearestName.of(name, names, HARDLY_ELSE)
            .ifPresent(
                near -> problems.add(name + " is not a setting; did you mean " + near + "?"));
      }
    }
    return problems;
  }

  private EtlConfig config() {
    EtlConfig.Server server = server();
    EtlConfig.Extract etl = new ExtractReader(values).extract();
    EtlConfig.Store store = new StoreReader(values).store();
    requireRoom(etl, store);
    return new EtlConfig(
        server,
        app(),
        new SourceReader(values).source(etl.parallelTables()),
        store,
        repository(),
        etl,
        new BreakerOptions(
            values.integer(BREAKER_FAILURES, 1, 1000),
            values.duration(BREAKER_WINDOW, Duration.ofSeconds(1), Duration.ofHours(1)),
            values.duration(BREAKER_OPEN_FOR, Duration.ofSeconds(1), Duration.ofHours(1))),
        values.duration(SCHEDULE_GRACE, Duration.ZERO, Duration.ofDays(7)),
        auth(server),
        new EtlConfig.RateLimit(
            values.flag(RATE_LIMIT_ENABLED),
            values.integer(RATE_LIMIT_REQUESTS_PER_MINUTE, 1, 1_000_000),
            values.integer(RATE_LIMIT_BURST, 1, 1_000_000)),
        origins(),
        secrets());
  }

  /** Every open table must have room for the smallest part that the store takes. */
  private void requireRoom(EtlConfig.Extract etl, EtlConfig.Store store) {
    long least = (long) etl.openTables() * store.bytesOfOpenObject();
    if (etl.bufferBytes() < least) {
      values.problem(
          "%s (%s): %d must be at least %d with etl.parallel_tables %d and this store: %d for each of %d open tables; raise it, or lower etl.parallel_tables"
              .formatted(
                  ETL_BUFFER_BYTES.key(),
                  ETL_BUFFER_BYTES,
                  etl.bufferBytes(),
                  least,
                  etl.parallelTables(),
                  store.bytesOfOpenObject(),
                  etl.openTables()));
    }
  }

  private EtlConfig.Server server() {
    InetAddress host = InetAddress.getLoopbackAddress();
    try {
      host = InetAddress.getByName(values.text(SERVER_HOST));
    } catch (UnknownHostException e) {
      values.problem(SERVER_HOST, SERVER_HOST.allowed() + " of this machine");
    }
    return new EtlConfig.Server(
        host,
        values.integer(SERVER_PORT, 0, 65535),
        values.duration(SERVER_SHUTDOWN_TIMEOUT, Duration.ofSeconds(1), Duration.ofHours(1)),
        values.flag(SERVER_SAMPLES));
  }

  private EtlConfig.App app() {
    String level = values.text(APP_LOG_LEVEL);
    if (!List.of("trace", "debug", "info", "warn", "error").contains(level)) {
      values.problem(APP_LOG_LEVEL);
      level = APP_LOG_LEVEL.byDefault();
    }
    return new EtlConfig.App(instance(), level, values.flag(APP_LOG_PRETTY));
  }

  private String instance() {
    if (values.isSet(APP_INSTANCE_ID)) {
      return values.text(APP_INSTANCE_ID);
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "estat";
    }
  }

  private EtlConfig.Repository repository() {
    String url = values.text(REPOSITORY_URL);
    if (!url.matches("jdbc:(h2|postgresql|mariadb|mysql):.+")) {
      values.problem(REPOSITORY_URL);
    } else {
      StoreSettings.refusal(url).ifPresent(values::problem);
    }
    String password = values.textOrNull(REPOSITORY_PASSWORD);
    return new EtlConfig.Repository(
        url,
        values.textOrNull(REPOSITORY_USERNAME),
        password == null ? null : new Secret(password),
        values.integer(REPOSITORY_POOL_MAX, 4, 1000));
  }

  private Auth auth(EtlConfig.Server server) {
    List<ApiKey> keys = apiKeys();
    Jwt jwt = jwt();
    boolean enabled = values.flag(AUTH_ENABLED);
    boolean allowed = values.flag(AUTH_ALLOW_ANONYMOUS);
    boolean credentials = !keys.isEmpty() || jwt != null;
    boolean anonymous = !enabled || !credentials;
    if (anonymous && !server.isLoopback() && (enabled || !allowed)) {
      values.problem(
          "server.host=%s can be reached from other machines, and %s: give auth.api_keys,"
                  .formatted(
                      values.text(SERVER_HOST),
                      enabled ? "nobody has credentials" : "auth.enabled is false")
              + " auth.bearer_secret or auth.jwks_url with auth.enabled true; or, to let anybody in,"
              + " auth.enabled false and auth.allow_anonymous true");
    }
    return new Auth(
        anonymous, keys, jwt, values.flag(AUTH_OPEN_METRICS), values.flag(AUTH_OPEN_DOCS));
  }

  private List<ApiKey> apiKeys() {
    List<ApiKey> keys = new ArrayList<>();
    var names = new HashSet<String>();
    int index = 1;
    for (String entry : values.list(AUTH_API_KEYS)) {
      try {
        ApiKey key = ApiKey.parse(entry, index++);
        keys.add(key);
        if (!names.add(key.name())) {
          values.problem("auth.api_keys: '" + key.name() + "' stands there twice");
        }
      } catch (IllegalArgumentException e) {
        values.problem("auth.api_keys (AUTH_API_KEYS): " + e.getMessage());
      }
    }
    return keys;
  }

  private @Nullable Jwt jwt() {
    String secret = values.textOrNull(AUTH_BEARER_SECRET);
    String url = values.textOrNull(AUTH_JWKS_URL);
    if (secret == null && url == null) {
      for (Setting alone : List.of(AUTH_ISSUER, AUTH_AUDIENCE)) {
        if (values.isSet(alone)) {
          values.problem(alone.key() + " needs auth.bearer_secret or auth.jwks_url");
        }
      }
      return null;
    }
    if (secret != null && url != null) {
      values.problem("auth.bearer_secret and auth.jwks_url are both set; keep one");
    }
    if (secret != null
        && secret.getBytes(StandardCharsets.UTF_8).length < MIN_BEARER_SECRET_BYTES) {
      values.problem(AUTH_BEARER_SECRET);
    }
    return new Jwt(
        secret == null ? null : new Secret(secret),
        url == null ? null : httpUrl(AUTH_JWKS_URL, url),
        values.textOrNull(AUTH_ISSUER),
        values.textOrNull(AUTH_AUDIENCE));
  }

  private @Nullable URI httpUrl(Setting setting, String text) {
    try {
      URI url = new URI(text);
      if (text.matches("https?://.*") && url.getHost() != null && url.getUserInfo() == null) {
        return url;
      }
    } catch (URISyntaxException e) {
      // told below, like every other unusable value
    }
    values.problem(setting);
    return null;
  }

  private List<String> origins() {
    List<String> origins = values.list(CORS_ALLOWED_ORIGINS);
    for (String origin : origins) {
      if (!origin.matches("https?://[^/\\s*@]+")) {
        values.problem(
            "cors.allowed_origins: '" + origin + "' is no origin like https://www.example.com");
      }
    }
    return origins;
  }

  /** Values that a log must never show. Short ones would blank out half of every line. */
  private List<Secret> secrets() {
    Stream<String> whole =
        Stream.of(SOURCE_PASSWORD, ORACLE_PASSWORD, REPOSITORY_PASSWORD, AUTH_BEARER_SECRET)
            .flatMap(setting -> texts.getOrDefault(setting, List.of()).stream());
    Stream<String> keys =
        values.list(AUTH_API_KEYS).stream().map(entry -> entry.replaceFirst("^[^:]*:[^:]*:", ""));
    Stream<String> properties =
        values.list(SOURCE_PROPERTIES).stream()
            .filter(pair -> pair.matches("(?i)[^=]*(password|secret|token)[^=]*=.*"))
            .map(pair -> pair.replaceFirst("^[^=]*=", ""));
    return Stream.of(whole, keys, properties)
        .flatMap(secret -> secret)
        .filter(secret -> secret.length() >= 4)
        .distinct()
        .map(Secret::new)
        .toList();
  }
}
