package io.estat.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP proxy on 127.0.0.1 between a client and a server, of HTTP or else, that can be told to
 * misbehave as networks do; what it is told counts from the next bytes on, also for connections
 * that are open. It remembers the head of every request. Two virtual threads a connection.
 */
public final class FlakyProxy implements AutoCloseable {
  /** What happens to a request and its answer. */
  public enum Manner {
    /** Everything goes through. */
    PASS,
    /** Every answer comes two seconds late, {@code 100 Continue} excepted. */
    LATE,
    /**
     * The client sees its connection reset: in the middle of a body, and on every second connection
     * only when the server has already answered, so that the request was carried out.
     */
    RESET,
    /** Connections are reset in the middle of every body that a client sends. */
    CUT,
    /** Every request is carried out, and the connection reset instead of the answer. */
    LOSE_ANSWER,
    /** Every request is answered 403 and not passed on. */
    DENY,
    /** Every request is answered 503, "slow down", and not passed on. */
    OVERLOAD,
    /** The server is away: connections are closed at once, those that are open too. */
    AWAY
  }

  /** A body is in the middle when so much of it went through. */
  private static final int MIDDLE_BYTES = 16 * 1024;

  private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final ServerSocket listener;
  private final int serverPort;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger resets = new AtomicInteger();
  private final AtomicInteger endedByServer = new AtomicInteger();
  private final AtomicInteger endedByClient = new AtomicInteger();
  private volatile Manner manner = Manner.PASS;

  /**
   * @param serverPort on 127.0.0.1
   */
  public FlakyProxy(int serverPort) {
    this.serverPort = serverPort;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  public String url() {
    return "http://127.0.0.1:" + port();
  }

  public void behave(Manner manner) {
    this.manner = manner;
    if (manner == Manner.AWAY) {
      open.forEach(FlakyProxy::close);
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Heads of all requests, as they came. */
  public List<String> heads() {
    return List.copyOf(heads);
  }

  /** Connections accepted so far. */
  public int connections() {
    return connections.get();
  }

  /** Connections that the server ended while the client still held them. */
  public int endedByServer() {
    return endedByServer.get();
  }

  /** Connections that the client ended while the server still held them. */
  public int endedByClient() {
    return endedByClient.get();
  }

  /** Connections reset so far. */
  public int resets() {
    return resets.get();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> connect(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void connect(Socket client) {
    boolean afterTheAnswer = connections.incrementAndGet() % 2 == 0;
    // Before the look at the manner: else one that is told to be away just then passes it by.
    open.add(client);
    if (manner == Manner.AWAY) {
      open.remove(client);
      close(client);
      return;
    }
    try (client;
        Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      Thread up = Thread.ofVirtual().start(() -> up(client, server, afterTheAnswer));
      down(server, client, afterTheAnswer);
      up.join();
    } catch (IOException refused) {
      // The server is away: the client sees its connection closed, as it would behind a balancer.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(client);
    }
  }

  private void up(Socket client, Socket server, boolean afterTheAnswer) {
    byte[] buffer = new byte[MIDDLE_BYTES / 2];
    long sinceHead = 0;
    try {
      InputStream in = client.getInputStream();
      OutputStream out = server.getOutputStream();
      for (int n; (n = in.read(buffer)) >= 0; ) {
        int headBytes = remembered(buffer, n);
        sinceHead = headBytes > 0 ? n : sinceHead + n;
        Manner now = manner;
        if (headBytes > 0 && (now == Manner.DENY || now == Manner.OVERLOAD)) {
          refuse(client, now, heads.getLast().startsWith("HEAD "));
          server.close();
          return;
        }
        if (now == Manner.RESET && !afterTheAnswer && sinceHead > MIDDLE_BYTES) {
          reset(client, server);
          return;
        }
        int bodyBytes = n - headBytes;
        if (now == Manner.CUT && bodyBytes > 0) {
          out.write(buffer, 0, headBytes + bodyBytes / 2);
          reset(client, server);
          return;
        }
        out.write(buffer, 0, n);
      }
      if (!client.isOutputShutdown()) {
        endedByClient.incrementAndGet();
      }
      server.shutdownOutput();
    } catch (IOException gone) {
      close(client);
      close(server);
    }
  }

  /** Answers, then reads what still comes, so that the client sees the answer and no reset. */
  private static void refuse(Socket client, Manner manner, boolean bodyless) throws IOException {
    String status = manner == Manner.DENY ? "403 Forbidden" : "503 Slow Down";
    String code = manner == Manner.DENY ? "AccessDenied" : "SlowDown";
    String body = "<Error><Code>" + code + "</Code><Message>told to</Message></Error>";
    String answer =
        "HTTP/1.1 %s\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n"
                .formatted(status, body.length())
            + "Connection: close\r\n\r\n"
            + (bodyless ? "" : body);
    client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
    client.shutdownOutput();
    client.getInputStream().transferTo(OutputStream.nullOutputStream());
    client.close();
  }

  /** Bytes of the head that begins here, or 0; it is in one piece, as clients send it. */
  private int remembered(byte[] bytes, int length) {
    String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0 || !text.matches("(?s)(PUT|HEAD|GET|POST|DELETE) /.*")) {
      return 0;
    }
    heads.add(text.substring(0, end));
    return end + 4;
  }

  private void down(Socket server, Socket client, boolean afterTheAnswer) throws IOException {
    byte[] buffer = new byte[MIDDLE_BYTES];
    try {
      InputStream in = server.getInputStream();
      OutputStream out = client.getOutputStream();
      for (int n; (n = in.read(buffer)) >= 0; ) {
        boolean interim = new String(buffer, 0, n, StandardCharsets.ISO_8859_1).startsWith(INTERIM);
        if (!interim && losesAnswer(afterTheAnswer)) {
          reset(client, server);
          return;
        }
        if (!interim && manner == Manner.LATE) {
          pause();
        }
        out.write(buffer, 0, n);
      }
      if (!server.isOutputShutdown()) {
        endedByServer.incrementAndGet();
      }
      client.shutdownOutput();
    } catch (IOException gone) {
      close(client);
      close(server);
    }
  }

  private boolean losesAnswer(boolean afterTheAnswer) {
    return manner == Manner.LOSE_ANSWER || (manner == Manner.RESET && afterTheAnswer);
  }

  private static final String INTERIM = "HTTP/1.1 100";

  private static void pause() {
    long end = System.nanoTime() + LATE_NANOS;
    for (long left; (left = end - System.nanoTime()) > 0; ) {
      LockSupport.parkNanos(left);
    }
  }

  private void reset(Socket client, Socket server) throws IOException {
    resets.incrementAndGet();
    client.setSoLinger(true, 0);
    client.close();
    server.close();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
