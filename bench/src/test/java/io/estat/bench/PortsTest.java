package io.estat.bench;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PortsTest {
  @Test
  void waitsUntilSomethingListens() throws Exception {
    Process process = new ProcessBuilder("sleep", "60").start();
    try (var listener = new ServerSocket()) {
      int port = Ports.free();
      CompletableFuture<Void> open =
          CompletableFuture.runAsync(
              () -> {
                try {
                  Ports.awaitOpen(process, port);
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      assertThatThrownBy(() -> open.get(20, TimeUnit.MILLISECONDS)).isNotNull();
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      open.get(1, TimeUnit.MINUTES);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void doesNotWaitForAProcessThatHasEnded() throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    int port = Ports.free();
    assertThatThrownBy(() -> Ports.awaitOpen(process, port))
        .hasMessage("nothing listens on port " + port);
  }
}
