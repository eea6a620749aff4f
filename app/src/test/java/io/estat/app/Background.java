package io.estat.app;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A load that runs beside the test. */
final class Background {
  private final CompletableFuture<LoadClient.Answers> answers = new CompletableFuture<>();

  private final LoadClient client;

  private Background(LoadClient client) {
    this.client = client;
  }

  static Background load(LoadClient client) {
    var load = new Background(client);
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                load.answers.complete(client.run());
              } catch (InterruptedException e) {
                load.answers.completeExceptionally(e);
              }
            });
    return load;
  }

  boolean isOver() {
    return answers.isDone();
  }

  /** Sends nothing more, and waits for the last answer. */
  LoadClient.Answers stop() {
    client.stop();
    return join();
  }

  /** Waits for the last answer. */
  LoadClient.Answers join() {
    try {
      return answers.join();
    } catch (CompletionException e) {
      throw new AssertionError("the load was cut short", e);
    }
  }
}
