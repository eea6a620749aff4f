package io.estat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.testkit.FlakyProxy.Manner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FlakyProxyTest {
  private static final String BODY = "0123456789";

  /** Bodies that arrived, whole or not. */
  private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();

  @ParameterizedTest
  @CsvSource({"DENY, 403", "OVERLOAD, 503"})
  void answersForTheServerAndPassesNothingOn(Manner manner, int status) throws Exception {
    String answer = put(manner);
    assertThat(answer).startsWith("HTTP/1.1 " + status + " ").endsWith("</Error>");
    assertThat(arrived).isEmpty();
  }

  @Test
  void cutsABodyInItsMiddle() throws Exception {
    assertThatThrownBy(() -> put(Manner.CUT)).isInstanceOf(SocketException.class);
    assertThat(arrived.poll(1, TimeUnit.MINUTES)).isEqualTo("01234");
  }

  @Test
  void losesTheAnswerToARequestThatWasCarriedOut() throws Exception {
    assertThatThrownBy(() -> put(Manner.LOSE_ANSWER)).isInstanceOf(SocketException.class);
    assertThat(arrived.poll(1, TimeUnit.MINUTES)).isEqualTo(BODY);
  }

  @Test
  void passesEverythingOnWhenWell() throws Exception {
    assertThat(put(Manner.PASS)).isEqualTo("HTTP/1.1 200 OK\r\n\r\n");
    assertThat(arrived).containsExactly(BODY);
  }

  private String put(Manner manner) throws IOException {
    try (RawHttpServer server = new RawHttpServer(this::keep);
        FlakyProxy proxy = new FlakyProxy(URI.create(server.url()).getPort())) {
      proxy.behave(manner);
      return exchange(proxy.port());
    }
  }

  private void keep(RawHttpServer.Request request) throws IOException {
    var body = new ByteArrayOutputStream();
    try {
      for (int b; body.size() < request.contentLength() && (b = request.body().read()) >= 0; ) {
        body.write(b);
      }
    } finally {
      arrived.add(body.toString(StandardCharsets.US_ASCII));
    }
    request.answer("200 OK");
  }

  private static String exchange(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String request = "PUT /key HTTP/1.1\r\nContent-Length: 10\r\n\r\n" + BODY;
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }
}
