package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;

final class EstatTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** Every command there is, those of later days included. */
  @TestFactory
  List<DynamicTest> everyCommandExplainsItself() {
    List<DynamicTest> tests = new ArrayList<>();
    addHelpTests(List.of(), Estat.commandLine(), tests);
    return tests;
  }

  private void addHelpTests(List<String> path, CommandLine line, List<DynamicTest> tests) {
    String name = String.join(" ", path);
    tests.add(
        DynamicTest.dynamicTest(
            ("estat " + name).strip() + " --help",
            () -> {
              List<String> args = new ArrayList<>(path);
              args.add("--help");
              assertThat(execute(args.toArray(String[]::new))).isZero();
              assertThat(out.toString()).startsWith("Usage: " + ("estat " + name).strip());
              assertThat(line.getCommandSpec().usageMessage().description()).isNotEmpty();
            }));
    line.getSubcommands()
        .forEach(
            (subname, subcommand) -> {
              List<String> subpath = new ArrayList<>(path);
              subpath.add(subname);
              addHelpTests(subpath, subcommand, tests);
            });
  }

  @Test
  void printsVersionCommitAndJava() {
    assertThat(execute("version")).isZero();
    assertThat(out.toString())
        .containsPattern("estat   \\d+\\.\\d+")
        .containsPattern("commit  \\S+")
        .contains("java    " + Runtime.version())
        .doesNotContain("${");
  }

  @Test
  void exitsWithTwoAndTheUsageOnAnUnknownCommand() {
    assertThat(execute("versoin")).isEqualTo(2);
    assertThat(err.toString()).contains("versoin").contains("Did you mean").contains("version");
  }

  @Test
  void exitsWithTwoWithoutACommand() {
    assertThat(execute()).isEqualTo(2);
    assertThat(err.toString()).contains("Usage: estat");
  }

  private int execute(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Estat.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }
}
