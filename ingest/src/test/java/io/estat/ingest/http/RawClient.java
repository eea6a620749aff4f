package io.estat.ingest.http;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Sends exactly the bytes it is told to and reads answers one by one. One thread. */
final class RawClient implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;

  RawClient(int port) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) CollectServer.PATIENCE.toMillis());
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** A POST to /collect; the header lines have no line ends. */
  static String post(String body, String... headerLines) {
    return postTo("/collect", body, headerLines);
  }

  static String postTo(String target, String body, String... headerLines) {
    List<String> lines = new ArrayList<>(List.of("Content-Length: " + body.length()));
    lines.addAll(List.of(headerLines));
    return request("POST " + target, lines.toArray(String[]::new)) + body;
  }

  /** A head, which is the whole of a request without a body. */
  static String request(String methodAndTarget, String... headerLines) {
    var head = new StringBuilder(methodAndTarget).append(" HTTP/1.1\r\nHost: localhost\r\n");
    for (String line : headerLines) {
      head.append(line).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  /** Characters U+0000-U+00FF are the bytes. */
  RawClient send(String latin1) throws IOException {
    return send(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** Sends and reads the answer. */
  Answer ask(String latin1) throws IOException {
    return send(latin1).answer();
  }

  Answer answer() throws IOException {
    return answer(true);
  }

  /** The answer to HEAD: its Content-Length is that of a body that does not come. */
  Answer answerToHead() throws IOException {
    return answer(false);
  }

  private Answer answer(boolean withBody) throws IOException {
    String[] status = line().split(" ", 3);
    if (!status[0].equals("HTTP/1.1")) {
      throw new AssertionError("no status line: " + String.join(" ", status));
    }
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(": ");
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      headers.computeIfAbsent(name, n -> new ArrayList<>()).add(line.substring(colon + 2));
    }
    List<String> lengths = headers.getOrDefault("content-length", List.of("0"));
    int length = withBody ? Integer.parseInt(lengths.getFirst()) : 0;
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("the body ends after " + body.length + " of " + length + " bytes");
    }
    String latin1 = new String(body, StandardCharsets.ISO_8859_1);
    return new Answer(Integer.parseInt(status[1]), headers, latin1);
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("closed after '" + line + "'");
      }
      line.append((char) next);
    }
    if (line.isEmpty() || line.charAt(line.length() - 1) != '\r') {
      throw new AssertionError("a bare LF after '" + line + "'");
    }
    return line.substring(0, line.length() - 1);
  }

  /** Whether anything has come that was not read. */
  boolean hasBytes() throws IOException {
    return in.available() > 0;
  }

  /** Whether the server ends the connection, in whichever way, without a further byte. */
  boolean isClosedByServer() throws IOException {
    try {
      int next = in.read();
      if (next >= 0) {
        throw new AssertionError("a further byte came: " + next + " '" + (char) next + "'");
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true; // reset
    }
  }

  /** Whether the server still answers on this connection. */
  boolean isUsable() throws IOException {
    try {
      return ask(request("GET /health")).status() == 200;
    } catch (SocketException | EOFException e) {
      return false;
    }
  }

  /** Whether nothing comes for so long. */
  boolean isSilentFor(int millis) throws IOException {
    socket.setSoTimeout(millis);
    try {
      in.mark(1);
      int _ = in.read();
      in.reset();
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    } finally {
      socket.setSoTimeout((int) CollectServer.PATIENCE.toMillis());
    }
  }

  /** Says that nothing more will be sent, and still listens. */
  RawClient endOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Goes without a goodbye: the server sees a reset. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  InetAddress localAddress() {
    return Objects.requireNonNull(socket.getLocalAddress());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
