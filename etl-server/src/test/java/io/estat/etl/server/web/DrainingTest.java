package io.estat.etl.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.server.RunningServer;
import io.estat.etl.server.RunningServer.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.SmartLifecycle;

/** What a platform is told while the server is being stopped. */
final class DrainingTest {
  @TempDir Path folder;

  @Test
  void readyIsRefusedAndHealthIsNotWhileTheServerIsBeingStopped() {
    var probe = new Probe();
    try (HttpClient client = HttpClient.newHttpClient();
        RunningServer server = RunningServer.startWith(probe, folder)) {
      assertThat(server.get("/api/ready").status()).isEqualTo(200);
      probe.client = client;
      probe.server = server;
    }
    Answer ready = probe.answer("/api/ready");
    assertThat(ready.status()).isEqualTo(503);
    assertThat(ready.code()).isEqualTo("UNAVAILABLE");
    assertThat(ready.json().path("details")).hasSize(1);
    assertThat(ready.json().at("/details/0/field").asString()).isEqualTo("draining");
    assertThat(probe.answer("/api/health").status()).isEqualTo(200);
  }

  /** Asks when the stop has begun, before anything of the server has stopped. */
  private static final class Probe implements SmartLifecycle {
    private final Map<String, Answer> answers = new HashMap<>();
    @Nullable HttpClient client;
    @Nullable RunningServer server;
    private boolean running;

    Answer answer(String path) {
      return Objects.requireNonNull(answers.get(path), path);
    }

    private void ask(String path) {
      URI url = Objects.requireNonNull(server).url(path);
      try {
        answers.put(
            path,
            new Answer(
                Objects.requireNonNull(client)
                    .send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString())));
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void start() {
      running = true;
    }

    @Override
    public void stop() {
      ask("/api/ready");
      ask("/api/health");
      running = false;
    }

    @Override
    public boolean isRunning() {
      return running;
    }

    @Override
    public int getPhase() {
      return Integer.MAX_VALUE;
    }
  }
}
