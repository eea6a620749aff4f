package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.app.IngestProcess.Setup;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The heap that the launcher gives: 64 MB. */
final class SmallHeapDistTest {
  @TempDir Path folder;

  @Test
  void takesTwentyThousandQuickRequestsInAHeapOf64Megabytes() throws Exception {
    Setup setup = new Setup(folder).with("DRAIN_DELAY", "0s").with("ESTAT_JAVA_OPTS", "-Xmx64m");
    try (IngestProcess server = setup.start()) {
      LoadClient.Answers answers =
          new LoadClient(server.port(), "/collect", 16, 1_000_000, 20_000).run();
      System.out.printf(
          "20000 requests at %.0f/s, slowest %s%n", answers.perSecond(), answers.slowest());
      assertThat(answers.counts()).as("%s", answers.surprises()).containsOnlyKeys(200);
      Metrics metrics = server.metrics();
      metrics.assertIdentitiesHold();
      assertThat(metrics.of("jvm_memory_max_bytes{area=\"heap\"}")).isLessThan(68 << 20);
      assertThat(server.stop()).isZero();
      assertThat(server.err()).isEmpty();
      Landed.in(setup.store()).assertExactly(answers.accepted());
    }
  }
}
