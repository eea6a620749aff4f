package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code make torture}. */
final class TortureIT {
  static final int ROUNDS = 8;

  /** Deals {@code kill -9} with {@code ACK=disk} more than once, with and without full disks. */
  static final long DEFAULT_SEED = 1781;

  private static final long SEED = Long.getLong("estat.seed", DEFAULT_SEED);

  @TempDir Path folder;

  @Test
  void landsEveryAcknowledgedEventOnceWhateverBefallsStoreDiskAndProcess() throws Exception {
    try (Torture torture = new Torture(folder, SEED)) {
      TortureReport report = torture.run(ROUNDS, Duration.ofMinutes(10));
      System.out.println("seed " + SEED + "\n" + report);
      assertThat(report.promisesKept()).as("%s", report).isTrue();
      assertThat(report.rounds()).as("rounds played").hasSize(ROUNDS);
      assertThat(report.diskKills()).as("kill -9 with ACK=disk, by seed %d", SEED).isPositive();
    }
  }
}
