package io.estat.etl.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.server.store.StoreDatabase;
import io.estat.etl.server.store.StoreSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process as a user meets it who made a mistake. */
final class EtlServerProcessTest {
  @TempDir Path folder;

  @Test
  void badConfigurationEndsWithCodeTwoAndEveryProblem() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("config.yaml"),
            "server: {prot: 1}\nsource: {password: hunter2-hunter2}\n");
    Process process = start("--config", file.toString());
    String said = said(process);
    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(said)
        .contains("server.prot is not a setting; did you mean server.port?")
        .contains("source.url (SOURCE_URL) is missing")
        .contains("store.url (STORE_URL) is missing")
        .doesNotContain("hunter2")
        .doesNotContain("\tat ");
  }

  @Test
  void unknownArgumentsEndWithCodeTwoAndTheUsage() throws Exception {
    Process process = start("--confg", "x");
    assertThat(said(process)).contains("Usage: estat etl [--config FILE]");
    assertThat(process.exitValue()).isEqualTo(2);
  }

  @Test
  void missingFileIsTold() throws Exception {
    Process process = start("--config=" + folder.resolve("none.yaml"));
    assertThat(said(process)).contains("none.yaml: cannot be read");
    assertThat(process.exitValue()).isEqualTo(2);
  }

  @Test
  void aPortThatIsTakenIsTold() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertRefused(
          Map.of("SERVER_PORT", port),
          "another process listens on 127.0.0.1:" + port + ": stop it",
          "set server.port (SERVER_PORT)");
    }
  }

  @Test
  void anAddressOfAnotherMachineIsTold() throws Exception {
    assertRefused(
        Map.of("SERVER_HOST", "192.0.2.1", "AUTH_API_KEYS", "a-key-of-some-length"),
        "cannot listen on 192.0.2.1:0",
        "must be an address of this machine");
  }

  @Test
  void aJobStoreThatAnotherProcessHoldsIsTold() throws Exception {
    String url = "jdbc:h2:file:" + folder.resolve("held");
    try (var held = DriverManager.getConnection(url)) {
      assertThat(held.isValid(1)).isTrue();
      assertRefused(
          Map.of("REPOSITORY_URL", url),
          "another process has the job store of repository.url open",
          "stop the other");
    }
  }

  @Test
  void aJobStoreThatCannotBeReachedIsTold() throws Exception {
    int closed;
    try (var port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = port.getLocalPort();
    }
    assertRefused(
        Map.of(
            "REPOSITORY_URL", "jdbc:postgresql://127.0.0.1:%d/jobs".formatted(closed),
            "REPOSITORY_USERNAME", "estat",
            "REPOSITORY_PASSWORD", "hunter2-hunter2"),
        "the job store of repository.url (REPOSITORY_URL) cannot be opened",
        "Connection to 127.0.0.1:%d refused".formatted(closed),
        "start the database");
  }

  @Test
  void aJobStoreThatRefusesTheUserIsTold() throws Exception {
    String url = "jdbc:h2:file:" + folder.resolve("locked");
    DriverManager.getConnection(url, "estat", "right-password").close();
    assertRefused(
        Map.of(
            "REPOSITORY_URL", url,
            "REPOSITORY_USERNAME", "estat",
            "REPOSITORY_PASSWORD", "hunter2-hunter2"),
        "Wrong user name or password",
        "set repository.username and repository.password");
  }

  @Test
  void tablesOfAnotherMakeAreTold() throws Exception {
    String url = "jdbc:h2:file:" + folder.resolve("other");
    StoreDatabase.open(new StoreSettings(url, "", "")).close();
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      statement.execute(
          "update \"estat_schema_history\" set \"checksum\" = 1 where \"version\" = '1'");
    }
    assertRefused(
        Map.of("REPOSITORY_URL", url),
        "the tables of the job store of repository.url (REPOSITORY_URL) cannot be brought to this version",
        "start the version that made them");
  }

  @Test
  void storesAndDatabasesThatNobodyKnowsAreProblemsOfTheConfiguration() throws Exception {
    Process process =
        start(
            Map.of(
                "SOURCE_URL", "jdbc:sqlserver://db;password=hunter2-hunter2",
                "STORE_URL", "ftp://user:hunter2-hunter2@bucket",
                "REPOSITORY_URL", "jdbc:h2:tcp://localhost/jobs",
                "GCS_CREDENTIALS_FILE", "none.json",
                "ORACLE_WALLET_PATH", "nowhere"));
    String log = said(process);
    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(log + Files.readString(folder.resolve("err")))
        .contains("source.url (SOURCE_URL): its value must be jdbc:oracle:")
        .contains("store.url (STORE_URL): 'ftp://***@bucket' must be gs://bucket")
        .contains("repository.url must name an H2 file of this process alone")
        .contains("none.json: no such file, or not readable")
        .contains("nowhere is no folder; unzip the wallet there")
        .doesNotContain("hunter2")
        .doesNotContain("\tat ");
  }

  @Test
  void aBucketThatCannotBeIsAProblemOfTheConfiguration() throws Exception {
    Process process = start(Map.of("STORE_URL", "gs://Not_A_Bucket"));
    said(process);
    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(Files.readString(folder.resolve("err")))
        .startsWith("The configuration cannot be used:\n  store.url (STORE_URL): ")
        .contains("Not_A_Bucket")
        .doesNotContain("\tat ");
  }

  /** One sentence on standard error, nothing of it in the log, and exit code 1. */
  private void assertRefused(Map<String, String> settings, String... parts) throws Exception {
    Process process = start(settings);
    String log = said(process);
    String said = Files.readString(folder.resolve("err"));
    assertThat(said).contains(parts);
    assertThat(said.lines()).as(said).hasSize(1);
    assertThat(said + log)
        .doesNotContain("hunter2")
        .doesNotContain("Exception")
        .doesNotContain("APPLICATION FAILED")
        .doesNotContain("\"ERROR\"");
    assertThat(process.exitValue()).isEqualTo(1);
  }

  private Process start(Map<String, String> settings) throws IOException {
    ProcessBuilder process = process();
    Map<String, String> environment = process.environment();
    environment.put("SERVER_PORT", "0");
    environment.put("SOURCE_URL", "jdbc:h2:mem:source");
    environment.put("STORE_URL", folder.resolve("landed").toUri().toString());
    environment.put("REPOSITORY_URL", "jdbc:h2:mem:jobs");
    environment.putAll(settings);
    return process.redirectError(folder.resolve("err").toFile()).start();
  }

  private Process start(String... arguments) throws IOException {
    return process(arguments).redirectErrorStream(true).start();
  }

  private ProcessBuilder process(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(EtlServer.class.getName());
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).directory(folder.toFile());
    process.environment().remove("SOURCE_URL");
    process.environment().remove("STORE_URL");
    return process;
  }

  private static String said(Process process) throws IOException, InterruptedException {
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    return said;
  }
}
