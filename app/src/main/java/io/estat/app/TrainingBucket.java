package io.estat.app;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The least that an S3 client takes for a bucket: empty, and every put is welcome and forgotten.
 * One thread accepts and serves; on loopback, for the training of the AOT cache only.
 */
final class TrainingBucket implements AutoCloseable {
  private final ServerSocket server;
  private final int closedPort;

  TrainingBucket() throws IOException {
    try (var closed = listen()) {
      closedPort = closed.getLocalPort();
    }
    server = listen();
    Thread.ofPlatform().daemon().name("training-bucket").start(this::serve);
  }

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  int port() {
    return server.getLocalPort();
  }

  /** Where nobody answers. */
  int closedPort() {
    return closedPort;
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        answer(socket);
      } catch (IOException closedOrGone) {
        // The loop ends when the training closes the server.
      }
    }
  }

  /** One request a connection. */
  private static void answer(Socket socket) throws IOException {
    InputStream in = new BufferedInputStream(socket.getInputStream());
    String head = head(in);
    if (head.contains("\r\nexpect: 100-continue")) {
      send(socket, "100 Continue\r\n\r\n");
    }
    int at = head.indexOf("\r\ncontent-length: ");
    if (at >= 0) {
      in.skipNBytes(Long.parseLong(head, at + 18, head.indexOf('\r', at + 18), 10));
    }
    String status = head.startsWith("put") ? "200 OK" : "404 Not Found";
    send(socket, status + "\r\nETag: \"0\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  }

  private static void send(Socket socket, String answer) throws IOException {
    socket.getOutputStream().write(("HTTP/1.1 " + answer).getBytes(StandardCharsets.US_ASCII));
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("closed in the head of a request");
      }
      head.append((char) b);
    }
    return head.toString().toLowerCase(Locale.ROOT);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
