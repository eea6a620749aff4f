package io.estat.ingest.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.estat.ingest.batch.Budget;
import io.estat.ingest.config.ConfigReader.Machine;
import io.estat.ingest.dlq.DlqConfig.Overflow;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The environment as configuration: defaults, ranges, and what is said when it cannot be used. */
class ConfigReaderTest {
  private static final Machine MACHINE = new Machine(2, 512L << 20, "box");

  @TempDir Path folder;

  private static Map<String, String> environment(String... namesAndValues) {
    Map<String, String> environment = new HashMap<>(Map.of("STORE_URL", "s3://bucket"));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      environment.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return environment;
  }

  private static IngestConfig read(String... namesAndValues) throws ConfigException {
    return ConfigReader.read(environment(namesAndValues), MACHINE);
  }

  private static List<String> problems(String... namesAndValues) {
    return problems(environment(namesAndValues));
  }

  private static List<String> problems(Map<String, String> environment) {
    try {
      ConfigReader.read(environment, MACHINE);
      return List.of();
    } catch (ConfigException e) {
      assertThat(e.getMessage()).isEqualTo(String.join("\n", e.problems()));
      return e.problems();
    }
  }

  @Test
  void everythingButTheDestinationHasItsDefault() throws Exception {
    IngestConfig config = read();
    assertThat(config.storeUrl()).isEqualTo(URI.create("s3://bucket"));
    assertThat(config.http().address().getPort()).isEqualTo(8080);
    assertThat(config.http().address().getAddress().isAnyLocalAddress()).isTrue();
    assertThat(config.http().adminAddress()).isNull();
    assertThat(config.http().ioThreads()).as("the container's CPUs").isEqualTo(2);
    assertThat(config.http().maxBodyBytes()).isEqualTo(16384);
    assertThat(config.http().writeKeys()).isEmpty();
    assertThat(config.http().tls()).isNull();
    assertThat(config.http().page()).isFalse();
    assertThat(config.line().cookie()).isTrue();
    assertThat(config.line().headers()).isEmpty();
    assertThat(config.batch().channelEvents()).isEqualTo(4000);
    assertThat(config.batch().uploadQueue()).isEqualTo(4);
    assertThat(config.batch().batchEvents()).isEqualTo(5000);
    assertThat(config.batch().batchBytes()).isEqualTo(8 << 20);
    assertThat(config.batch().flushInterval()).isEqualTo(Duration.ofMinutes(2));
    assertThat(config.batch().budgetBytes()).isEqualTo(64L << 20);
    assertThat(config.upload().timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.upload().attempts()).isEqualTo(2);
    assertThat(config.upload().rawPrefix()).isEqualTo("raw");
    assertThat(config.upload().quarantinePrefix()).isEqualTo("raw_dlq");
    assertThat(config.dlq().folder()).isEqualTo(Path.of("/tmp/dlq"));
    assertThat(config.dlq().maxAge()).contains(Duration.ofHours(24));
    assertThat(config.dlq().maxBytes()).isEqualTo(19_327_352_832L);
    assertThat(config.dlq().overflow()).isEqualTo(Overflow.EVICT);
    assertThat(config.drainDelay()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.shutdownTimeout()).isEqualTo(Duration.ofSeconds(25));
    assertThat(config.instanceId()).isEqualTo("box");
    assertThat(config.log()).isEqualTo(new IngestConfig.Log("info", false, 1));
  }

  @Test
  void emptyVariablesCountAsNotSet() throws Exception {
    Map<String, String> environment = environment();
    for (Setting setting : Setting.values()) {
      environment.putIfAbsent(setting.name(), " ");
    }
    assertThat(ConfigReader.effective(environment, ConfigReader.read(environment, MACHINE)))
        .isEqualTo(ConfigReader.effective(environment(), read()));
  }

  @Test
  void aBucketIsShortForItsUrl() throws Exception {
    IngestConfig config = ConfigReader.read(Map.of("RAW_BUCKET", "events"), MACHINE);
    assertThat(config.storeUrl()).isEqualTo(URI.create("s3://events"));
    assertThat(problems("RAW_BUCKET", "events"))
        .singleElement()
        .asString()
        .contains("STORE_URL", "RAW_BUCKET", "keep one");
    assertThat(problems(Map.of()))
        .singleElement()
        .asString()
        .contains("STORE_URL is missing", "s3://", "file:///", "RAW_BUCKET");
  }

  @ParameterizedTest
  @CsvSource({
    "S3_TIMEOUT,        100ms, 20s,        99ms,  61s",
    "S3_APP_RETRIES,    1,     10,         0,     11",
    "GZIP_LEVEL,        1,     9,          0,     10",
    "IO_THREADS,        1,     64,         0,     65",
    "MAX_CONNECTIONS,   1,     1000000,    0,     1000001",
    "MAX_BODY_SIZE,     1,     1000000,    0,     16777217",
    "BATCH_SIZE,        1,     1000000,    0,     1000001",
    "FLUSH_INTERVAL,    100ms, 1h,         99ms,  61m",
    "CHANNEL_SIZE,      0,     10000000,   -1,    10000001",
    "UPLOAD_QUEUE,      1,     1000,       0,     1001",
    "DLQ_MAX_AGE,       1m,    8760h,      59s,   8761h",
    "DLQ_MAX_SIZE_BYTES,1048576,999999999999999999,1048575,1000000000000000000",
    "DRAIN_DELAY,       0s,    19s,        -1s,   301s",
    "SHUTDOWN_TIMEOUT,  9s,    1h,         5s,    61m",
    "LOG_SAMPLE_N,      1,     1000000,    0,     1000001",
    "BATCH_MAX_BYTES,   8388608,16777216,  65535, 268435457",
    "MEMORY_BUDGET_BYTES,25165824,1099511627776,0,1099511627777",
  })
  void everyNumberHasItsRange(
      String name, String lowest, String highest, String tooLow, String tooHigh) {
    for (String good : List.of(lowest, highest)) {
      assertThat(problems(name, good)).as("%s=%s", name, good).isEmpty();
    }
    for (String bad : List.of(tooLow, tooHigh, "x", "1e3", "10 s", "0x10", "5d", "1.5s")) {
      assertThat(problems(name, bad))
          .as("%s=%s", name, bad)
          .singleElement()
          .asString()
          .startsWith(name + "=" + bad + ": allowed is " + Setting.valueOf(name).allowed());
    }
  }

  @Test
  void theLargestBudgetCanBeBuilt() {
    assertThatCode(() -> new Budget(1, 1L << 40, 1 << 28)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "IP_MODE,full",
    "IP_MODE,truncate",
    "IP_MODE,none",
    "IP_HEADER,x-forwarded-for",
    "IP_HEADER,cloudfront-viewer-address",
    "IP_HEADER,none",
    "IP_HEADER,X-Forwarded-For",
    "COLLECT_COOKIE,true",
    "COLLECT_COOKIE,false",
    "ACK,memory",
    "DLQ_OVERFLOW,evict",
    "DLQ_OVERFLOW,backpressure",
    "LOG_LEVEL,trace",
    "LOG_LEVEL,debug",
    "LOG_LEVEL,info",
    "LOG_LEVEL,warn",
    "LOG_LEVEL,error",
    "LOG_LEVEL,WARN",
    "LOG_PRETTY,true",
    "STATUS_PAGE,true"
  })
  void everyWordIsTaken(String name, String value) {
    assertThat(problems(name, value)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "IP_MODE",
        "IP_HEADER",
        "COLLECT_COOKIE",
        "ACK",
        "DLQ_OVERFLOW",
        "LOG_LEVEL",
        "LOG_PRETTY",
        "STATUS_PAGE"
      })
  void anyOtherWordIsAProblem(String name) {
    assertThat(problems(name, "perhaps"))
        .containsExactly(name + "=perhaps: allowed is " + Setting.valueOf(name).allowed());
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP_ADDR,8080",
    "HTTP_ADDR,:65536",
    "HTTP_ADDR,::1:8080",
    "HTTP_ADDR,:",
    "ADMIN_ADDR,localhost",
    "STORE_URL,gs://b",
    "STORE_URL,bucket",
    "STORE_URL,s3://b/prefix",
    "STORE_URL,s3://b?x=1",
    "STORE_URL,s3:///b",
    "S3_ENDPOINT,host:9000",
    "S3_ENDPOINT,http://h/path",
    "RAW_PREFIX,/raw",
    "RAW_PREFIX,raw/",
    "RAW_PREFIX,a//b",
    "RAW_PREFIX,../x",
    "RAW_PREFIX,with space",
    "DLQ_PREFIX,ä"
  })
  void addressesUrlsAndPrefixesAreChecked(String name, String value) {
    assertThat(problems(name, value))
        .singleElement()
        .asString()
        .startsWith(name + "=" + value + ": allowed is ");
  }

  @Test
  void addressesAreTakenInEveryForm() throws Exception {
    assertThat(read("HTTP_ADDR", "127.0.0.1:9").http().address().getHostString())
        .isEqualTo("127.0.0.1");
    assertThat(read("HTTP_ADDR", "[::1]:9").http().address().getPort()).isEqualTo(9);
    assertThat(read("ADMIN_ADDR", ":9090").http().adminAddress()).isNotNull();
    assertThat(problems("HTTP_ADDR", "no.such.host.invalid:80"))
        .singleElement()
        .asString()
        .contains("HTTP_ADDR=no.such.host.invalid:80", "not known");
  }

  @ParameterizedTest
  @CsvSource({"500ms,500", "3s,3000", "2m,120000", "1h,3600000"})
  void durationsHaveFourUnits(String text, long millis) throws Exception {
    assertThat(read("FLUSH_INTERVAL", text).batch().flushInterval())
        .isEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void allProblemsAreToldAtOnceAndEachOnlyOnce() {
    assertThat(
            problems(
                "BATCH_SIZE", "many",
                "BATCH_MAX_BYTES", "1",
                "MEMORY_BUDGET_BYTES", "lots",
                "MAX_BODY_SIZE", "-1",
                "SHUTDOWN_TIMEOUT", "soon",
                "FLUSH_INTERVAL", "1d",
                "IP_MODE", "half",
                "BATCHSIZE", "5",
                "TRUSTED_PROXIES", "nobody"))
        .hasSize(9)
        .allMatch(problem -> !problem.contains("must fit"));
  }

  @Test
  void theLongestLineMustFitABatch() throws Exception {
    read("MAX_BODY_SIZE", "1000000", "BATCH_MAX_BYTES", "8388608");
    assertThat(problems("MAX_BODY_SIZE", "1000000", "BATCH_MAX_BYTES", "4194304"))
        .singleElement()
        .asString()
        .contains("BATCH_MAX_BYTES=4194304", "MAX_BODY_SIZE=1000000", "must fit a batch");
  }

  @Test
  void threeBatchesMustFitTheBudget() throws Exception {
    read("MEMORY_BUDGET_BYTES", "25165824");
    assertThat(problems("MEMORY_BUDGET_BYTES", "1")).hasSize(1);
    assertThat(problems("MEMORY_BUDGET_BYTES", "25165823"))
        .singleElement()
        .asString()
        .contains("MEMORY_BUDGET_BYTES=25165823", "BATCH_MAX_BYTES=8388608", "25165824");
  }

  @Test
  void theBudgetIsAQuarterOfASmallContainersMemory() throws Exception {
    Map<String, String> environment = environment();
    var small = new Machine(1, 128L << 20, "box");
    assertThat(ConfigReader.read(environment, small).batch().budgetBytes()).isEqualTo(32L << 20);
    var large = new Machine(1, 64L << 30, "box");
    assertThat(ConfigReader.read(environment, large).batch().budgetBytes()).isEqualTo(64L << 20);
    var none = new Machine(0, 512L << 20, "box");
    assertThat(ConfigReader.read(environment, none).http().ioThreads()).isEqualTo(1);
  }

  @Test
  void theTimesOfTheShutdownMustGoTogether() {
    assertThat(problems("DRAIN_DELAY", "20s"))
        .singleElement()
        .asString()
        .contains("DRAIN_DELAY=20s", "SHUTDOWN_TIMEOUT=25s less 5s");
    assertThat(problems("S3_TIMEOUT", "21s"))
        .singleElement()
        .asString()
        .contains("S3_TIMEOUT=21s", "SHUTDOWN_TIMEOUT", "25s");
  }

  @Test
  void goodAndBadObjectsNeedTwoPlaces() {
    assertThat(problems("RAW_PREFIX", "raw_dlq"))
        .singleElement()
        .asString()
        .contains("RAW_PREFIX", "DLQ_PREFIX");
  }

  @Test
  void backpressureHasNoAgeLimit() throws Exception {
    assertThat(read("DLQ_OVERFLOW", "backpressure").dlq().maxAge()).isEmpty();
  }

  @Test
  void trustedProxiesMayBeAFile() throws Exception {
    Path file = folder.resolve("proxies");
    Files.writeString(file, "# the load balancer\n10.1.0.0/16 # both zones\n\n2001:db8::/32\n");
    read("TRUSTED_PROXIES", "@" + file);
    Files.writeString(file, "10.1.0.0/16\nrouter\n");
    assertThat(problems("TRUSTED_PROXIES", "@" + file))
        .singleElement()
        .asString()
        .contains("TRUSTED_PROXIES", "'router'", "10.0.0.0/8");
    assertThat(problems("TRUSTED_PROXIES", "@" + folder.resolve("none")))
        .singleElement()
        .asString()
        .contains("TRUSTED_PROXIES=@" + folder.resolve("none"), "NoSuchFile");
  }

  @Test
  void listsAreCheckedEntryByEntry() throws Exception {
    assertThat(read("COLLECT_HEADERS", "Referer, origin ,").line().headers())
        .containsExactly("referer", "origin");
    assertThat(problems("COLLECT_HEADERS", "referer,a b"))
        .singleElement()
        .asString()
        .contains("a b");
    assertThat(problems("CORS_ORIGINS", "https://a.example,b.example"))
        .singleElement()
        .asString()
        .contains("CORS_ORIGINS", "'b.example'");
  }

  @Test
  void certificateAndKeyGoTogetherAndMustBeThere() {
    assertThat(problems("TLS_CERT_FILE", "/nowhere/cert.pem"))
        .hasSize(2)
        .anyMatch(problem -> problem.contains("TLS_CERT_FILE=/nowhere/cert.pem"))
        .anyMatch(problem -> problem.contains("TLS_KEY_FILE is missing"));
  }

  @Test
  void secretsAreNeverShown() throws Exception {
    Map<String, String> environment = environment("WRITE_KEYS", "hunter2,hunter3");
    assertThat(ConfigReader.effective(environment, ConfigReader.read(environment, MACHINE)))
        .contains("WRITE_KEYS=***")
        .doesNotContain("hunter");
    assertThat(problems("WRITE_KEYS", ",,"))
        .containsExactly("WRITE_KEYS=***: allowed is " + Setting.WRITE_KEYS.allowed());
    for (String[] url :
        new String[][] {
          {"STORE_URL", "s3://AKIA:hunter2@bucket"}, {"S3_ENDPOINT", "http://user:hunter2@host:9"}
        }) {
      assertThat(problems(url[0], url[1]))
          .singleElement()
          .asString()
          .contains(url[0], "//***@")
          .doesNotContain("hunter2");
    }
    assertThat(problems("WRITE_KEY", "hunter2"))
        .singleElement()
        .asString()
        .doesNotContain("hunter");
  }

  @Test
  void theEffectiveConfigurationNamesEverySettingInForce() throws Exception {
    Map<String, String> environment = environment("BATCH_SIZE", "77");
    String effective = ConfigReader.effective(environment, ConfigReader.read(environment, MACHINE));
    assertThat(effective)
        .contains(
            "STORE_URL=s3://bucket",
            "BATCH_SIZE=77",
            "IO_THREADS=2",
            "INSTANCE_ID=box",
            "MEMORY_BUDGET_BYTES=67108864",
            "DLQ_MAX_SIZE_BYTES=19327352832")
        .doesNotContain("TLS_KEY_FILE", "WRITE_KEYS");
    for (Setting setting : Setting.values()) {
      if (!setting.byDefault().isEmpty() && setting != Setting.BATCH_SIZE) {
        assertThat(effective).contains(setting + "=" + setting.byDefault());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Setting.class)
  void everySettingSaysWhatIsAllowedAndWhatItMeans(Setting setting) {
    assertThat(setting.allowed()).isNotBlank();
    assertThat(setting.meaning()).endsWith(".");
  }

  @Test
  void everySettingOfTheSpecificationIsThere() {
    assertThat(Arrays.stream(Setting.values()).map(Enum::name))
        .contains(
            ("AWS_REGION RAW_BUCKET RAW_PREFIX DLQ_PREFIX HTTP_ADDR MAX_BODY_SIZE CHANNEL_SIZE"
                    + " UPLOAD_QUEUE BATCH_SIZE FLUSH_INTERVAL S3_TIMEOUT S3_APP_RETRIES DLQ_DIR"
                    + " DLQ_MAX_AGE DLQ_MAX_SIZE_BYTES LOG_LEVEL LOG_PRETTY LOG_SAMPLE_N STORE_URL"
                    + " S3_ENDPOINT BATCH_MAX_BYTES MEMORY_BUDGET_BYTES IO_THREADS TRUSTED_PROXIES"
                    + " IP_HEADER IP_MODE COLLECT_COOKIE COLLECT_HEADERS CORS_ORIGINS WRITE_KEYS"
                    + " ACK DLQ_OVERFLOW DRAIN_DELAY SHUTDOWN_TIMEOUT GZIP_LEVEL INSTANCE_ID"
                    + " ADMIN_ADDR TLS_CERT_FILE TLS_KEY_FILE MAX_CONNECTIONS")
                .split(" "));
  }

  @Test
  void acknowledgingOnDiskKeepsEverythingUntilItIsStored() throws Exception {
    String journal = folder.resolve("journal").toString();
    String dlq = folder.resolve("dlq").toString();
    assertThat(read().journalFolder()).isNull();
    IngestConfig config = read("ACK", "disk", "JOURNAL_DIR", journal, "DLQ_DIR", dlq);
    assertThat(config.journalFolder()).isEqualTo(Path.of(journal));
    assertThat(config.dlq().overflow()).isEqualTo(Overflow.BACKPRESSURE);
    assertThat(config.dlq().maxAge()).isEmpty();
    assertThat(
            ConfigReader.effective(
                environment("ACK", "disk", "JOURNAL_DIR", journal, "DLQ_DIR", dlq), config))
        .contains("ACK=disk JOURNAL_DIR=" + journal)
        .contains("DLQ_OVERFLOW=backpressure")
        .doesNotContain("DLQ_MAX_AGE");
    assertThat(
            problems(
                "ACK",
                "disk",
                "JOURNAL_DIR",
                journal,
                "DLQ_DIR",
                dlq,
                "DLQ_OVERFLOW",
                "backpressure"))
        .isEmpty();
  }

  @Test
  void acknowledgingOnDiskRefusesWhatWouldBreakItsWord() {
    assertThat(problems("ACK", "disk", "DLQ_DIR", folder.resolve("dlq").toString()))
        .singleElement()
        .asString()
        .startsWith("JOURNAL_DIR is missing: ACK=disk needs");
    assertThat(
            problems(
                "ACK", "disk",
                "JOURNAL_DIR", folder.resolve("a/../dlq").toString(),
                "DLQ_DIR", folder.resolve("dlq").toString(),
                "DLQ_OVERFLOW", "Evict",
                "DLQ_MAX_AGE", "24h"))
        .satisfiesExactlyInAnyOrder(
            problem -> assertThat(problem).startsWith("DLQ_OVERFLOW=evict: with ACK=disk"),
            problem -> assertThat(problem).startsWith("DLQ_MAX_AGE=24h: with ACK=disk"),
            problem -> assertThat(problem).startsWith("JOURNAL_DIR and DLQ_DIR are both"));
  }

  /** Linux has a folder of memory where everybody may write. */
  @Test
  void acknowledgingOnDiskTakesNoMemoryForADisk() {
    assertThat(
            problems(
                "ACK", "disk",
                "JOURNAL_DIR", "/dev/shm/not/made/yet",
                "DLQ_DIR", "/dev/shm/dlq"))
        .hasSize(2)
        .allMatch(problem -> problem.contains("memory (tmpfs)"))
        .anyMatch(problem -> problem.startsWith("JOURNAL_DIR=/dev/shm/not/made/yet"))
        .anyMatch(problem -> problem.startsWith("DLQ_DIR=/dev/shm/dlq"));
  }
}
