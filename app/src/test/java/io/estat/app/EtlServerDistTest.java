package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code estat etl} as it is shipped. */
final class EtlServerDistTest {
  @TempDir Path folder;

  @Test
  void servesUntilASignalAndEndsWithZero() throws Exception {
    var setup =
        EtlProcess.setup(folder)
            .with("SOURCE_URL", "jdbc:h2:mem:source")
            .with("REPOSITORY_URL", "jdbc:h2:mem:repository");
    try (EtlProcess server = EtlProcess.start(setup)) {
      assertThat(server.get("/api/health")).contains("\"status\":\"ok\"");
      assertThat(server.stop()).as(server.out()).isZero();
    }
  }
}
