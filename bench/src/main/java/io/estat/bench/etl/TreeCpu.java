package io.estat.bench.etl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * CPU time of this process and all that it has started, also of those that have ended: of databases
 * that it runs, of peers, of itself. On a busy machine it says more than the clock.
 */
final class TreeCpu {
  private static final double TICKS_A_SECOND = 100;

  /** Numbers in proc_pid_stat(5): user and system time, own and of ended children. */
  private static final int FIRST_TIME = 14;

  private static final int LAST_TIME = 17;

  private TreeCpu() {}

  /** Seconds so far. */
  static double seconds() throws IOException {
    ProcessHandle self = ProcessHandle.current();
    long ticks = 0;
    for (ProcessHandle each : Stream.concat(Stream.of(self), self.descendants()).toList()) {
      Path stat = Path.of("/proc", Long.toString(each.pid()), "stat");
      if (Files.exists(stat)) {
        ticks += ticks(Files.readString(stat));
      }
    }
    return ticks / TICKS_A_SECOND;
  }

  /**
   * @param stat one line; the second field, the name, may hold spaces and parentheses
   */
  static long ticks(String stat) {
    String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    int first = 3; // the number of the field behind the name
    long ticks = 0;
    for (int field = FIRST_TIME; field <= LAST_TIME; field++) {
      ticks += Long.parseLong(afterName[field - first]);
    }
    return ticks;
  }
}
