package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.app.Distribution.Outcome;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code estat dlq} while a server works in the folder: looking is allowed, touching is not. */
final class DlqBesideServerDistTest {
  @TempDir Path folder;

  private static IngestProcess.Setup setup(Path place) {
    return new IngestProcess.Setup(place)
        .s3("http://127.0.0.1:1", "bucket")
        .with("AWS_REGION", "us-east-1")
        .with("FLUSH_INTERVAL", "200ms");
  }

  private static Outcome dlq(IngestProcess.Setup server, String... words) throws Exception {
    Map<String, String> environment = new HashMap<>();
    environment.put("DLQ_DIR", server.dlq().toString());
    environment.put("STORE_URL", server.store().toUri().toString());
    return Distribution.built().estat(environment, words);
  }

  private static IngestProcess withASavedBatch(IngestProcess.Setup server) throws Exception {
    IngestProcess process = server.start();
    assertThat(process.collect("id=1;kept").statusCode()).isEqualTo(200);
    await().until(() -> process.metrics().of("events_in_dlq") == 1);
    return process;
  }

  @Test
  void listShowAndVerifyWorkWhileAServerHasTheFolder() throws Exception {
    IngestProcess.Setup server = setup(folder);
    try (IngestProcess process = withASavedBatch(server)) {
      Outcome list = dlq(server, "dlq", "ls");
      assertThat(list.exitCode()).as(list.err()).isZero();
      List<String> lines = list.out().lines().toList();
      assertThat(lines).singleElement().asString().contains("1 events");
      String name = lines.getFirst().split(" ", -1)[0];
      assertThat(dlq(server, "dlq", "show", name).out()).contains("intact").contains("id=1;kept");
      Outcome verify = dlq(server, "dlq", "verify");
      assertThat(verify.exitCode()).isZero();
      assertThat(verify.out()).contains("1 intact, 0 corrupt");
      assertThat(process.isAlive()).isTrue();
    }
  }

  @Test
  void replayAndRemoveRefuseWhileAServerHasTheFolder() throws Exception {
    IngestProcess.Setup server = setup(folder);
    String name;
    try (IngestProcess process = withASavedBatch(server)) {
      name = dlq(server, "dlq", "ls").out().split(" ", -1)[0];
      for (List<String> words : List.of(List.of("dlq", "replay"), List.of("dlq", "rm", name))) {
        Outcome refused = dlq(server, words.toArray(String[]::new));
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
            .startsWith("estat dlq " + words.get(1) + ": ")
            .contains("held by another server", "" + process.pid());
      }
      process.stop();
    }
    Outcome replay = dlq(server, "dlq", "replay");
    assertThat(replay.exitCode()).as(replay.out() + replay.err()).isZero();
    assertThat(Landed.linesIn(server.store())).singleElement().asString().contains("id=1;kept");
    assertThat(dlq(server, "dlq", "rm", name).exitCode()).as("it is gone already").isEqualTo(1);
  }
}
