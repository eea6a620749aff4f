package io.estat.ingest;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One keep-alive connection on which one request follows the other, and which takes nothing that is
 * not part of an answer: a byte too many is an error.
 */
final class KeptConnection implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;

  /** What came back. */
  record Answer(int status, String body) {}

  private final Socket socket;
  private final InputStream in;

  KeptConnection(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  Answer post(String body) throws IOException {
    return exchange(
        "POST /collect HTTP/1.1\r\nHost: test\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  Answer get(String path) throws IOException {
    return exchange("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n");
  }

  private Answer exchange(String request) throws IOException {
    if (in.available() > 0) {
      throw new IOException("bytes that belong to no answer: " + line());
    }
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    String status = line();
    int length = 0;
    for (String header = line(); !header.isEmpty(); header = line()) {
      if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(header.substring("content-length:".length()).strip());
      }
    }
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    return new Answer(Integer.parseInt(status.split(" ", 3)[1]), body);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("closed after '" + line + "'");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
