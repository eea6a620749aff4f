package io.estat.etl.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectStores;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.StoreSettings;
import io.estat.storage.UploadBudget;
import io.estat.storage.UploadRetry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigReaderTest {
  private static final Map<String, String> LEAST =
      Map.of("SOURCE_URL", "jdbc:h2:mem:shop", "STORE_URL", "file:///tmp/landed");

  @TempDir Path folder;

  @Test
  void twoSettingsAreEnough() throws ConfigException {
    EtlConfig config = ConfigReader.read(null, LEAST);
    assertThat(config.server().isLoopback()).isTrue();
    assertThat(config.server().port()).isEqualTo(8080);
    assertThat(config.source().url()).isEqualTo("jdbc:h2:mem:shop");
    assertThat(config.store().url()).isEqualTo(URI.create("file:///tmp/landed"));
    assertThat(config.etl().parallelTables()).isEqualTo(4);
    assertThat(config.etl().retry().maxBackoff()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.auth().anonymous()).isTrue();
  }

  @Test
  void everyKeyHasItsNameInTheEnvironmentByOneRule() {
    assertThat(Setting.values())
        .allSatisfy(
            setting ->
                assertThat(setting.name())
                    .isEqualTo(
                        setting
                            .key()
                            .replace('.', '_')
                            .replace('-', '_')
                            .toUpperCase(Locale.ROOT)));
    assertThat(Arrays.stream(Setting.values()).map(Setting::key)).doesNotHaveDuplicates();
  }

  @Test
  void readsTheFileAndTheEnvironmentWins() throws Exception {
    Path file =
        file(
            """
            server: {port: 9000, shutdown_timeout: 5s}
            source:
              url: jdbc:postgresql://db/shop
              username: reader
              password: ${DB_PASSWORD}
              properties: {sslmode: verify-full, options: "-c a,b=c"}
            gcs: {bucket_name: landing}
            etl:
              verify: off
              time_zones: offset_and_region
            """);
    EtlConfig config =
        ConfigReader.read(file, Map.of("SERVER_PORT", "9100", "DB_PASSWORD", "s3cret-of-db"));
    assertThat(config.server().port()).isEqualTo(9100);
    assertThat(config.server().shutdownTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.source().password()).isEqualTo("s3cret-of-db");
    assertThat(config.source().properties())
        .containsEntry("sslmode", "verify-full")
        .containsEntry("options", "-c a,b=c");
    assertThat(config.store().url()).isEqualTo(URI.create("gs://landing"));
    assertThat(config.etl().verify()).isFalse();
    assertThat(config.etl().encode().regions()).isTrue();
  }

  @Test
  void tellsAllProblemsAtOnceWithTheNearestRealKey() throws IOException {
    Path file =
        file(
            """
            server: {prot: 1}
            source: {url: "jdbc:h2:mem:x", pool_max: 5}
            etl:
              paralel_tables: 2
              verify: maybe
              verify: count
            store: {url: "ftp://x", sub: {a: 1}}
            nonsense: true
            """);
    assertThat(problems(file, Map.of("GCS_BUKET_NAME", "b", "RATE_LIMIT_BURST", "0")))
        .containsExactlyInAnyOrder(
            "GCS_BUKET_NAME is not a setting; did you mean GCS_BUCKET_NAME?",
            file + ", line 1: server.prot is not a setting; did you mean server.port?",
            file
                + ", line 4: etl.paralel_tables is not a setting; did you mean etl.parallel_tables?",
            file + ", line 6: etl.verify stands here a second time",
            file + ", line 7: store.sub is not a setting; did you mean store.url?",
            file + ", line 8: nonsense is not a setting",
            "etl.verify (ETL_VERIFY): 'maybe' must be count, off",
            "source.pool_max (SOURCE_POOL_MAX): 5 must be at least etl.parallel_tables + 2, which is"
                + " 6: workers need one each, and the API two",
            "store.url (STORE_URL): 'ftp://x' must be gs://bucket, s3://bucket, file:///folder",
            "rate_limit.burst (RATE_LIMIT_BURST): '0' must be 1 to 1000000");
  }

  @Test
  void poolHasRoomForTheWorkersAndTheApi() throws ConfigException {
    assertThat(ConfigReader.read(null, with("SOURCE_POOL_MAX", "6")).source().poolMax())
        .isEqualTo(6);
    assertThat(problems(null, with("ORACLE_POOL_MAX", "5")))
        .singleElement()
        .asString()
        .startsWith("oracle.pool_max (ORACLE_POOL_MAX): 5 must be at least");
  }

  @Test
  void theBufferHasRoomForEveryOpenTable() throws ConfigException {
    Map<String, String> s3 = new HashMap<>(LEAST);
    s3.put("STORE_URL", "s3://bucket");
    s3.put("ETL_PARALLEL_TABLES", "8");
    s3.put("SOURCE_POOL_MAX", "10");
    s3.put("ETL_BUFFER_BYTES", "47185920");
    assertThat(ConfigReader.read(null, s3).etl().bufferBytes()).isEqualTo(9 * (5L << 20));

    s3.put("ETL_BUFFER_BYTES", "47185919");
    assertThat(problems(null, s3))
        .containsExactly(
            "etl.buffer_bytes (ETL_BUFFER_BYTES): 47185919 must be at least 47185920 with"
                + " etl.parallel_tables 8 and this store: 5242880 for each of 9 open tables; raise"
                + " it, or lower etl.parallel_tables");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3://bucket", "gs://bucket", "file:///tmp/landed"})
  void anOpenObjectHasAsMuchSetAsideAsItsStoreAsksFor(String url) throws Exception {
    var settings = new StoreSettings(null, null, Duration.ofSeconds(1));
    var request =
        new ObjectUploadRequest(
            "k",
            "text/plain",
            Map.of(),
            1,
            new UploadBudget(5 << 20),
            Duration.ofSeconds(1),
            UploadRetry.NEVER);
    EtlConfig.Store config = ConfigReader.read(null, with("STORE_URL", url)).store();
    try (ObjectStore store = ObjectStores.open(config.url(), settings)) {
      assertThat(Math.max(store.sink(request).limits().leastBytes(), UploadBudget.SLAB_BYTES))
          .isEqualTo(config.bytesOfOpenObject());
    }
  }

  @Test
  void saysWhichVariableOfTheFileIsNotSet() throws IOException {
    Path file = file("source: {url: 'jdbc:h2:mem:x', password: '${NO_SUCH}'}\n");
    assertThat(problems(file, Map.of("STORE_URL", "file:///tmp/x")))
        .containsExactly(file + ", line 1: source.password: the variable NO_SUCH is not set");
  }

  @Test
  void brokenYamlIsToldWithoutItsText() throws IOException {
    Path file = file("source: {password: 'hunter2hunter2\n");
    assertThat(problems(file, LEAST))
        .hasSize(1)
        .allSatisfy(
            problem -> assertThat(problem).contains("is no YAML").doesNotContain("hunter2"));
  }

  @Test
  void scalarsAreTakenAsTheyAreWritten() throws IOException {
    Path file = file("source: {url: 'jdbc:h2:mem:x'}\nserver: {port: 1:30}\n");
    assertThat(problems(file, Map.of("STORE_URL", "file:///tmp/x")))
        .containsExactly("server.port (SERVER_PORT): '1:30' must be 0 to 65535");
  }

  @Test
  void walletBelongsToThePool() throws Exception {
    var environment =
        Map.of(
            "ORACLE_WALLET_PATH", folder.toString(),
            "ORACLE_TNS_NAME", "shop_high",
            "ORACLE_USERNAME", "reader",
            "ORACLE_POOL_MAX", "12",
            "GCS_BUCKET_NAME", "b");
    EtlConfig config = ConfigReader.read(null, environment);
    assertThat(config.source().url()).isEqualTo("jdbc:oracle:thin:@shop_high");
    assertThat(config.source().poolMax()).isEqualTo(12);
    assertThat(config.source().properties())
        .containsEntry("oracle.net.tns_admin", folder.toString())
        .extractingByKey("oracle.net.wallet_location")
        .asString()
        .contains("(DIRECTORY=" + folder + ")");
  }

  @Test
  void oneThingIsNamedOnce() {
    assertThat(
            problems(
                null, with("ORACLE_TNS_NAME", "x", "GCS_BUCKET_NAME", "b", "ORACLE_USERNAME", "u")))
        .anySatisfy(p -> assertThat(p).startsWith("source.url and oracle.tns_name are both set"))
        .anySatisfy(p -> assertThat(p).startsWith("store.url and gcs.bucket_name are both set"));
  }

  @Test
  void readsApiKeysOfTheEnvironment() throws ConfigException {
    String hash = ApiKey.hash("the-hashed-key-0001");
    EtlConfig config =
        ConfigReader.read(
            null,
            with(
                "AUTH_API_KEYS",
                "ci:read:plain:key:with:colons, a-bare-key-of-length, ops:operate:sha256:" + hash));
    assertThat(config.auth().apiKeys())
        .containsExactly(
            new ApiKey("ci", Role.READ, ApiKey.hash("plain:key:with:colons")),
            new ApiKey("key-2", Role.OPERATE, ApiKey.hash("a-bare-key-of-length")),
            new ApiKey("ops", Role.OPERATE, hash));
    assertThat(config.auth().anonymous()).isFalse();
  }

  @Test
  void everyKeyIsKeptAsAHashOfOneLength() {
    for (String hash : List.of("", "0a", "0".repeat(63), "0".repeat(65), "G".repeat(64))) {
      assertThatThrownBy(() -> new ApiKey("ops", Role.OPERATE, hash))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (String key : List.of("", "k", "a-bare-key-of-length", "k".repeat(10_000))) {
      assertThat(ApiKey.hash(key)).hasSize(64);
    }
  }

  @Test
  void readsApiKeysOfTheFile() throws Exception {
    Path file =
        file(
            """
            auth:
              api_keys:
                - {name: ci, role: read, key: "${CI_KEY}"}
                - {name: ops, role: operate, sha256: %s}
            """
                .formatted(ApiKey.hash("the-hashed-key-0001")));
    EtlConfig config = ConfigReader.read(file, with("CI_KEY", "key-of-the-ci-job"));
    assertThat(config.auth().apiKeys())
        .extracting(ApiKey::name, ApiKey::role)
        .containsExactly(tuple("ci", Role.READ), tuple("ops", Role.OPERATE));
  }

  @Test
  void badApiKeysAreToldWithoutTheKey() {
    List<String> problems =
        problems(null, with("AUTH_API_KEYS", "ci:admin:0123456789abcdef,tooshort,a:b"));
    assertThat(problems)
        .containsExactly(
            "auth.api_keys (AUTH_API_KEYS): the role of 'ci' must be read or operate",
            "auth.api_keys (AUTH_API_KEYS): the key of 'key-2' has 8 characters and must have at"
                + " least 16 (openssl rand -hex 24)",
            "auth.api_keys (AUTH_API_KEYS): entry 3 must be name:role:key, the name of letters,"
                + " digits, dot, dash or underscore");
  }

  @Test
  void refusesToLetAnybodyInFromOtherMachines() throws ConfigException {
    assertThat(problems(null, with("SERVER_HOST", "0.0.0.0")))
        .singleElement()
        .asString()
        .startsWith("server.host=0.0.0.0 can be reached from other machines");
    assertThat(problems(null, with("SERVER_HOST", "0.0.0.0", "AUTH_ENABLED", "false"))).hasSize(1);
    assertThat(problems(null, with("SERVER_HOST", "0.0.0.0", "AUTH_ALLOW_ANONYMOUS", "true")))
        .hasSize(1);
    var meant =
        with("SERVER_HOST", "0.0.0.0", "AUTH_ENABLED", "false", "AUTH_ALLOW_ANONYMOUS", "true");
    assertThat(ConfigReader.read(null, meant).auth().anonymous()).isTrue();
    var keys = with("SERVER_HOST", "0.0.0.0", "AUTH_API_KEYS", "ci:read:0123456789abcdef");
    assertThat(ConfigReader.read(null, keys).auth().anonymous()).isFalse();
  }

  @Test
  void oneKindOfTokenAndALongSecret() {
    assertThat(
            problems(
                null, with("AUTH_BEARER_SECRET", "short", "AUTH_JWKS_URL", "https://id.example/k")))
        .containsExactly(
            "auth.bearer_secret and auth.jwks_url are both set; keep one",
            "auth.bearer_secret (AUTH_BEARER_SECRET): its value must be a secret of 32 bytes or more");
  }

  @Test
  void showsNoSecret() throws ConfigException {
    var environment =
        with(
            "SOURCE_PASSWORD", "pw-of-the-source",
            "SOURCE_PROPERTIES", "trustStorePassword=pw-of-the-store",
            "REPOSITORY_PASSWORD", "pw-of-the-repository",
            "AUTH_API_KEYS", "ci:read:key-of-the-ci-job",
            "AUTH_BEARER_SECRET", "secret-of-the-tokens-32-bytes-long");
    EtlConfig config = ConfigReader.read(null, environment);
    String shown = config + ConfigReader.given(null, environment);
    assertThat(config.secrets()).hasSize(5);
    for (Secret secret : config.secrets()) {
      assertThat(shown).doesNotContain(secret.value());
    }
    assertThat(shown).contains("source.password=***").contains("auth.api_keys=***");
  }

  private Path file(String yaml) throws IOException {
    return Files.writeString(folder.resolve("config.yaml"), yaml);
  }

  private static Map<String, String> with(String... pairs) {
    Map<String, String> environment = new HashMap<>(LEAST);
    for (int i = 0; i < pairs.length; i += 2) {
      environment.put(pairs[i], pairs[i + 1]);
    }
    return environment;
  }

  private static List<String> problems(@Nullable Path file, Map<String, String> environment) {
    return Objects.requireNonNull(
            catchThrowableOfType(ConfigException.class, () -> ConfigReader.read(file, environment)))
        .problems();
  }
}
