package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The heap of 64 MB under very many clients, each of which does what clients do. */
final class ManyConnectionsDistTest {
  private static final int CONNECTIONS = 10_000;

  /** Together they would fill the heap, were all that they send answered into it. */
  private static final int DEAF = 600;

  private static final String SHORTEST_POST =
      "POST /collect HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n";

  /** If nobody takes anything for so long, nobody will. */
  private static final int QUIET_MILLIS = 2_000;

  @TempDir Path folder;

  @Test
  void keepsTenThousandClientsThatSentAnEventAndIdleOnAHeapOf64Megabytes() throws Exception {
    try (IngestProcess server = server()) {
      List<SocketChannel> clients = connect(server.port(), CONNECTIONS);
      try {
        ByteBuffer request = latin1(post("id=1;x"));
        for (SocketChannel client : clients) {
          client.write(request.duplicate());
        }
        for (SocketChannel client : clients) {
          assertThat(answer(client)).startsWith("HTTP/1.1 200");
        }
        assertThat(server.get("/health").statusCode()).isEqualTo(200);
        assertThat(server.metrics().of("http_connections")).isGreaterThanOrEqualTo(CONNECTIONS);
        assertThat(server.isAlive()).isTrue();
      } finally {
        close(clients);
      }
      assertThat(server.stop()).isZero();
      assertThat(Landed.linesIn(folder.resolve("store"))).hasSize(CONNECTIONS);
    }
  }

  @Test
  void servesOthersWhileThousandsHoldBackTheRestOfTheirBodiesAndHeads() throws Exception {
    try (IngestProcess server = server()) {
      List<SocketChannel> clients = connect(server.port(), 4_000);
      try {
        ByteBuffer body =
            latin1(
                "POST /collect HTTP/1.1\r\nHost: h\r\nContent-Length: 16384\r\n\r\n"
                    + "b".repeat(16_000));
        ByteBuffer head =
            latin1("POST /collect HTTP/1.1\r\nHost: h\r\n" + "A: b\r\n".repeat(5_000));
        for (int i = 0; i < clients.size(); i++) {
          clients.get(i).write((i % 2 == 0 ? body : head).duplicate());
        }
        assertThat(server.get("/health").statusCode()).isEqualTo(200);
        assertThat(server.isAlive()).as(server.err()).isTrue();
      } finally {
        close(clients);
      }
      assertThat(server.collect("id=2;after").statusCode()).isEqualTo(200);
      assertThat(server.stop()).isZero();
    }
  }

  @Test
  void servesOthersWhileHundredsPipelineAndReadNothing() throws Exception {
    try (IngestProcess server = setup().with("WRITE_KEYS", "key").start()) {
      assertThat(collect(server, "before").statusCode()).isEqualTo(200);
      List<SocketChannel> clients = connectDeaf(server.port(), DEAF);
      try {
        sendUntilNothingIsTaken(clients);
        assertThat(server.get("/health").statusCode()).isEqualTo(200);
        assertThat(collect(server, "meanwhile").statusCode()).isEqualTo(200);
        assertThat(server.isAlive()).as(server.err()).isTrue();
      } finally {
        close(clients);
      }
      assertThat(server.stop()).isZero();
      assertThat(Landed.linesIn(folder.resolve("store"))).hasSize(2);
    }
  }

  private static HttpResponse<String> collect(IngestProcess server, String event)
      throws IOException {
    return IngestProcess.send(
        server.request("/collect?key=key").POST(BodyPublishers.ofString(event)));
  }

  /** A receive buffer as small as the kernel allows: answers stay with the server soon. */
  private static List<SocketChannel> connectDeaf(int port, int count) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    List<SocketChannel> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      SocketChannel client = SocketChannel.open();
      client.setOption(StandardSocketOptions.SO_RCVBUF, 1_024);
      client.setOption(StandardSocketOptions.SO_SNDBUF, 65_536);
      client.connect(address);
      client.configureBlocking(false);
      clients.add(client);
    }
    return clients;
  }

  private static void sendUntilNothingIsTaken(List<SocketChannel> clients) throws IOException {
    ByteBuffer requests = latin1(SHORTEST_POST.repeat(1_200));
    try (Selector selector = Selector.open()) {
      for (SocketChannel client : clients) {
        client.register(selector, SelectionKey.OP_WRITE, requests.duplicate());
      }
      while (selector.select(QUIET_MILLIS) > 0) {
        for (SelectionKey key : selector.selectedKeys()) {
          send(key);
        }
        selector.selectedKeys().clear();
      }
    }
  }

  private static void send(SelectionKey key) {
    ByteBuffer requests = (ByteBuffer) key.attachment();
    try {
      ((SocketChannel) key.channel()).write(requests);
      if (!requests.hasRemaining()) {
        requests.rewind();
      }
    } catch (IOException e) {
      key.cancel(); // closed by the server
    }
  }

  private IngestProcess server() throws IOException {
    return setup().start();
  }

  private IngestProcess.Setup setup() {
    return new IngestProcess.Setup(folder).with("IO_THREADS", "1");
  }

  private static List<SocketChannel> connect(int port, int count) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    List<SocketChannel> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(SocketChannel.open(address));
    }
    return clients;
  }

  private static String post(String body) {
    return """
    POST /collect HTTP/1.1\r
    Host: localhost\r
    User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)\r
    Accept: */*\r
    Accept-Language: en-US,en;q=0.9\r
    Content-Type: text/plain;charset=UTF-8\r
    Origin: https://shop.example.com\r
    Referer: https://shop.example.com/products/1234\r
    Cookie: id=0123456789abcdef0123456789abcdef; session=fedcba9876543210\r
    Content-Length: %d\r
    \r
    %s"""
        .formatted(body.length(), body);
  }

  private static ByteBuffer latin1(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String answer(SocketChannel client) throws IOException {
    ByteBuffer answer = ByteBuffer.allocate(512);
    client.read(answer);
    return new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
  }

  private static void close(List<SocketChannel> clients) throws IOException {
    for (SocketChannel client : clients) {
      client.close();
    }
  }
}
