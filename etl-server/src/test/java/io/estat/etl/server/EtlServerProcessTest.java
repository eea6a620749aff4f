package io.estat.etl.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(EtlServer.class.getName());
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    process.environment().remove("SOURCE_URL");
    process.environment().remove("STORE_URL");
    return process.start();
  }

  private static String said(Process process) throws IOException, InterruptedException {
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return said;
  }
}
