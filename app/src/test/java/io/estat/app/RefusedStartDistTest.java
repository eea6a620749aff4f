package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.app.IngestProcess.Setup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts that must not happen: each ends with its exit code and says what to mend. */
final class RefusedStartDistTest {
  @TempDir Path folder;

  @Test
  void listsEveryProblemOfTheConfigurationAndExitsWithTwo() throws Exception {
    // Were the port tried before the configuration is whole, the answer would be exit code 1.
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        IngestProcess server =
            new Setup(folder)
                .without("STORE_URL")
                .with("HTTP_ADDR", "127.0.0.1:" + taken.getLocalPort())
                .with("BATCH_SIZE", "0")
                .with("FLUSH_INTERVAL", "soon")
                .with("DLQ_OVERFLOW", "panic")
                .with("BATCHSIZE", "5")
                .launch()) {
      assertThat(server.awaitExit()).isEqualTo(2);
      assertThat(server.err())
          .contains("STORE_URL")
          .containsPattern("BATCH_SIZE=0.*1 to 1000000")
          .containsPattern("FLUSH_INTERVAL=soon.*100ms to 1h")
          .containsPattern("DLQ_OVERFLOW=panic.*evict, backpressure")
          .containsPattern("BATCHSIZE.*BATCH_SIZE")
          .doesNotContain("Address already in use");
    }
  }

  @Test
  void exitsWithOneWhenThePortIsTaken() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        IngestProcess server =
            new Setup(folder).with("HTTP_ADDR", "127.0.0.1:" + taken.getLocalPort()).launch()) {
      assertThat(server.awaitExit()).isEqualTo(1);
      assertThat(server.err())
          .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort())
          .contains("Address already in use");
    }
  }

  @Test
  void saysThatTheDeadLetterFolderIsAFile() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    try (IngestProcess server = new Setup(folder).with("DLQ_DIR", file.toString()).launch()) {
      assertThat(server.awaitExit()).isEqualTo(2);
      assertThat(server.err())
          .contains("DLQ_DIR cannot be used: " + file + " is a file; name a folder");
    }
  }

  @Test
  void refusesADeadLetterFolderThatAnotherServerHasAndNamesItsPid() throws Exception {
    Setup setup = new Setup(folder).with("DRAIN_DELAY", "0s");
    try (IngestProcess first = setup.start();
        IngestProcess second = setup.launch()) {
      assertThat(second.awaitExit()).isEqualTo(2);
      assertThat(second.err())
          .contains("DLQ_DIR")
          .contains(setup.dlq().toString())
          .contains("\"pid\":" + first.pid());
      assertThat(first.collect("id=1;").statusCode()).as("the first works on").isEqualTo(200);
      assertThat(first.stop()).isZero();
      assertThat(Landed.in(setup.store()).count()).isEqualTo(1);

      try (IngestProcess third = setup.start()) {
        assertThat(third.isAlive()).as("the folder is free again").isTrue();
      }
    }
  }

  @Test
  void opensNoPortBeforeTheFolderIsHad() throws Exception {
    int port = freePort();
    try (IngestProcess holder = new Setup(folder).start();
        IngestProcess refused = new Setup(folder).with("HTTP_ADDR", "127.0.0.1:" + port).launch()) {
      assertThat(refused.awaitExit()).isEqualTo(2);
      assertThat(refused.out()).doesNotContain("listening");
      assertThat(holder.isAlive()).isTrue();
      assertThat(isOpen(port)).isFalse();
    }
  }

  private static int freePort() throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean isOpen(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (java.io.IOException refused) {
      return false;
    }
  }
}
