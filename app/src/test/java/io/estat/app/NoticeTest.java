package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** NOTICE names exactly the third parties whose jars are in the distribution. */
@Tag("check")
final class NoticeTest {
  private static final Path ROOT = Path.of(System.getProperty("estat.root", ".."));

  /** {@code group:artifact:jar:version:scope}, as Maven's dependency list prints it. */
  private static final Pattern DEPENDENCY =
      Pattern.compile("\\s+([a-zA-Z0-9_.-]+):[^:\\s]+:jar:.*");

  /** {@code group.id What it is}. */
  private static final Pattern ENTRY = Pattern.compile(" {2}([a-z0-9_.-]+) {2,}\\S.*");

  @Test
  void namesExactlyTheGroupsOfTheRuntimeClassPath() throws IOException {
    // Each door has a class path of its own.
    Set<String> shipped = groups(ROOT.resolve("app/target/runtime.dependencies"), DEPENDENCY);
    shipped.addAll(groups(ROOT.resolve("etl-server/target/runtime.dependencies"), DEPENDENCY));
    shipped.remove("io.estat");
    assertThat(shipped).contains("io.netty", "info.picocli", "org.springframework.boot");
    assertThat(groups(ROOT.resolve("NOTICE"), ENTRY)).isEqualTo(shipped);
  }

  private static Set<String> groups(Path file, Pattern line) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line::matcher)
        .filter(match -> match.matches())
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
