package io.estat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a process and its children have used so far, from /proc (proc_pid_stat(5),
 * proc_pid_status(5)). CPU times come in ticks of 10 ms: measure over seconds.
 *
 * @param userMicros CPU time in its own code
 * @param systemMicros CPU time in the kernel for it
 * @param rssBytes memory in use
 * @param peakRssBytes the most that was ever in use
 */
public record Usage(long userMicros, long systemMicros, long rssBytes, long peakRssBytes) {
  private static final long TICK_MICROS = 10_000;
  private static final int USER_TIME = 14;
  private static final int SYSTEM_TIME = 15;

  public static Usage of(ProcessHandle process) throws IOException {
    List<ProcessHandle> all = Stream.concat(Stream.of(process), process.descendants()).toList();
    Usage sum = new Usage(0, 0, 0, 0);
    for (ProcessHandle each : all) {
      Path folder = Path.of("/proc", Long.toString(each.pid()));
      sum = sum.plus(parse(Files.readString(folder.resolve("stat")), status(folder)));
    }
    return sum;
  }

  private static String status(Path folder) throws IOException {
    return Files.readString(folder.resolve("status"));
  }

  /**
   * @param stat one line; the second field, the name, may hold spaces and parentheses
   */
  static Usage parse(String stat, String status) {
    String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    int first = 3; // the number of the field behind the name
    return new Usage(
        Long.parseLong(afterName[USER_TIME - first]) * TICK_MICROS,
        Long.parseLong(afterName[SYSTEM_TIME - first]) * TICK_MICROS,
        bytes(status, "VmRSS:"),
        bytes(status, "VmHWM:"));
  }

  private static long bytes(String status, String field) {
    return status
        .lines()
        .filter(line -> line.startsWith(field))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElse(0);
  }

  private Usage plus(Usage other) {
    return new Usage(
        userMicros + other.userMicros,
        systemMicros + other.systemMicros,
        rssBytes + other.rssBytes,
        peakRssBytes + other.peakRssBytes);
  }

  public long cpuMicros() {
    return userMicros + systemMicros;
  }
}
