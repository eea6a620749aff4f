package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code make torture}. */
final class TortureIT {
  private static final int ROUNDS = 8;
  private static final long SEED = Long.getLong("estat.seed", 5);

  @TempDir Path folder;

  @Test
  void landsEveryAcknowledgedEventOnceWhateverBefallsStoreDiskAndProcess() throws Exception {
    try (Torture torture = new Torture(folder, SEED)) {
      TortureReport report = torture.run(ROUNDS, Duration.ofMinutes(2));
      System.out.println("seed " + SEED + "\n" + report);
      assertThat(report.promisesKept()).as("%s", report).isTrue();
    }
  }
}
