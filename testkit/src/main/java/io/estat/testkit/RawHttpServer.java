package io.estat.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A server on 127.0.0.1 that reads the head of one request a connection and leaves everything after
 * it to the test: what is read, what is answered, and how the connection ends. One thread a
 * connection.
 */
public final class RawHttpServer implements AutoCloseable {
  /** Small, so that a body of some megabytes does not disappear into the kernel's buffers. */
  private static final int RECEIVE_BUFFER_BYTES = 16 * 1024;

  /** Called with the head read; the connection is closed when it returns or throws. */
  public interface Handler {
    void handle(Request request) throws IOException;
  }

  /**
   * @param head request line and header lines, as they came
   * @param body everything that follows on the connection
   */
  public record Request(List<String> head, InputStream body, Socket socket) {
    public String method() {
      return head.getFirst().split(" ", 3)[0];
    }

    public String path() {
      return head.getFirst().split(" ", 3)[1];
    }

    /** The value of the first header of this name. */
    public Optional<String> header(String name) {
      String start = name.toLowerCase(Locale.ROOT) + ":";
      return head.stream()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
          .map(line -> line.substring(start.length()).strip())
          .findFirst();
    }

    public long contentLength() {
      return header("Content-Length").map(Long::parseLong).orElse(0L);
    }

    /** Says {@code 100 Continue} if the client waits for it. */
    public void welcomeBody() throws IOException {
      if (header("Expect").isPresent()) {
        answer("100 Continue");
      }
    }

    /** Sends a status line and header lines. */
    public void answer(String status, String... headers) throws IOException {
      String text = "HTTP/1.1 " + status + "\r\n" + String.join("\r\n", headers);
      text += headers.length == 0 ? "\r\n" : "\r\n\r\n";
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
    }

    /** The client sees "connection reset" instead of an end. */
    public void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }

  private final ServerSocket server;
  private final Handler handler;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  public RawHttpServer(Handler handler) {
    this.handler = handler;
    try {
      server = new ServerSocket();
      server.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  public String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream());
      List<String> head = head(in);
      if (!head.isEmpty()) {
        handler.handle(new Request(head, in, socket));
      }
    } catch (IOException gone) {
      // The client went first, or the server was closed: both are what tests are about.
    } finally {
      open.remove(socket);
    }
  }

  private static List<String> head(InputStream in) throws IOException {
    var bytes = new ByteArrayOutputStream();
    String text = "";
    while (!text.endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        return List.of();
      }
      bytes.write(b);
      text = b == '\n' ? bytes.toString(StandardCharsets.ISO_8859_1) : "";
    }
    return text.strip().lines().toList();
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
