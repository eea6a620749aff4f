package io.estat.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.testkit.RawHttpServer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class LoadGeneratorTest {
  private static final Shape ONE_CLIENT =
      Shape.plain("one client").connections(1).oneRequestAConnection();

  @Test
  void chargesAStandstillToEveryRequestThatWasDueMeanwhile() throws Exception {
    AtomicBoolean stood = new AtomicBoolean();
    try (RawHttpServer server =
            new RawHttpServer(
                request -> {
                  if (stood.compareAndSet(false, true)) {
                    pass(Duration.ofMillis(300));
                  }
                  answer(request);
                });
        LoadGenerator load =
            new LoadGenerator(ONE_CLIENT.perSecond(100), URI.create(server.url()).getPort())) {
      Answers answers = load.run(Duration.ofMillis(500));
      assertThat(answers.byStatus()).isEqualTo(Map.of(200, 50L));
      assertThat(answers.latencyMillis(90))
          .as("only one was slow to be answered")
          .isBetween(200.0, 5e3);
    }
  }

  @Test
  void countsOnWithFreshIdsFromRunToRun() throws Exception {
    try (RawHttpServer server = new RawHttpServer(LoadGeneratorTest::answer);
        LoadGenerator load =
            new LoadGenerator(ONE_CLIENT.perSecond(100), URI.create(server.url()).getPort())) {
      assertThat(load.run(Duration.ofMillis(50)).accepted().toString())
          .isEqualTo("{0, 1, 2, 3, 4}");
      assertThat(load.run(Duration.ofMillis(20)).accepted().toString()).isEqualTo("{5, 6}");
    }
  }

  @Test
  void countsARequestWhoseConnectionEndsAsNotAnswered() throws Exception {
    AtomicBoolean reset = new AtomicBoolean();
    try (RawHttpServer server =
            new RawHttpServer(
                request -> {
                  if (reset.compareAndSet(false, true)) {
                    request.reset();
                  } else {
                    answer(request);
                  }
                });
        LoadGenerator load =
            new LoadGenerator(ONE_CLIENT.perSecond(100), URI.create(server.url()).getPort())) {
      Answers answers = load.run(Duration.ofMillis(30));
      assertThat(answers.byStatus()).isEqualTo(Map.of(Answers.NO_ANSWER, 1L, 200, 2L));
      assertThat(answers.accepted().toString()).isEqualTo("{1, 2}");
    }
  }

  private static void answer(RawHttpServer.Request request) throws IOException {
    request.body().readNBytes((int) request.contentLength());
    request.answer("200 OK", "Content-Length: 0");
  }

  private static void pass(Duration time) {
    new CompletableFuture<>()
        .completeOnTimeout("over", time.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }
}
