package io.estat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the figures were measured on. */
public final class Machine {
  private Machine() {}

  /**
   * Cores, kernel and JDK; nothing that names the host.
   *
   * @param peer program and version of what is compared with, or empty
   */
  public static String describe(String peer) throws IOException {
    return """
    Machine: %d x %s; Linux %s, %s; JDK %s (%s)%s. \
    Load of the machine when the run began: %s (of everything, 1 minute).
    """
        .formatted(
            cpus(),
            cpuModel(),
            System.getProperty("os.version"),
            System.getProperty("os.arch"),
            System.getProperty("java.vm.version"),
            System.getProperty("java.vendor"),
            peer.isEmpty() ? "" : "; " + peer,
            Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
  }

  private static long cpus() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines.filter(line -> line.startsWith("processor")).count();
    }
  }

  private static String cpuModel() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name") || line.startsWith("CPU part"))
          .map(line -> line.substring(line.indexOf(':') + 2))
          .findFirst()
          .orElse("CPU of unknown kind");
    }
  }
}
