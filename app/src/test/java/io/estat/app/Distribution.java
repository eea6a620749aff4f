package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A distribution folder and its launcher, started as a user's shell starts it.
 *
 * @param folder the folder that {@code make-dist} laid out, or a copy
 */
record Distribution(Path folder) {
  private static final int LIMIT_SECONDS = 180;

  /** What a command line left. */
  record Outcome(long pid, int exitCode, String out, String err) {}

  /** The one that this build made. */
  static Distribution built() throws IOException {
    return new Distribution(Path.of(System.getProperty("estat.dist", "target/estat")).toRealPath());
  }

  /** Runs {@code estat} with the arguments to its end. */
  Outcome estat(Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(folder + "/bin/estat"));
    command.addAll(List.of(args));
    return run(environment, command.toArray(String[]::new));
  }

  /** Runs any command line to its end; a test that would hang fails instead. */
  static Outcome run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("estat", ".out");
    Path err = Files.createTempFile("estat", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      process.destroyForcibly();
      assertThat(ended).as("ends by itself: " + String.join(" ", command)).isTrue();
      return new Outcome(
          process.pid(), process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** A copy that keeps the times of the files, as {@code tar} does. */
  Distribution copyTo(Path to) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(folder.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return new Distribution(to.toRealPath());
  }
}
