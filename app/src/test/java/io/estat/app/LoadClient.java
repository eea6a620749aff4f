package io.estat.app;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends numbered events at a constant rate over keep-alive connections, as a browser would, and
 * remembers how each was answered. Event n is due at a fixed moment, whatever happened before: a
 * server that is slow for a while gets the events of that while afterwards. One thread a
 * connection.
 */
final class LoadClient {
  /**
   * Ids by status code; 0 where the connection ended without an answer, -1 where none could be had.
   */
  record Answers(
      Map<Integer, BitSet> byStatus, Duration took, List<String> surprises, Duration slowest) {
    BitSet accepted() {
      return of(200);
    }

    /** Sent, but whether they were accepted is not known. */
    BitSet unknown() {
      return of(0);
    }

    /** Answered 503. */
    BitSet refused() {
      return of(503);
    }

    private BitSet of(int status) {
      return byStatus.getOrDefault(status, new BitSet());
    }

    double perSecond() {
      long answered = byStatus.values().stream().mapToLong(BitSet::cardinality).sum();
      return answered * 1e9 / took.toNanos();
    }

    /** For example {@code {200=450000}}. */
    Map<Integer, Integer> counts() {
      Map<Integer, Integer> counts = new TreeMap<>();
      byStatus.forEach((status, ids) -> counts.put(status, ids.cardinality()));
      return counts;
    }
  }

  private final int port;
  private final int connections;
  private final int perSecond;
  private final int events;
  private final String path;
  private final short[] status;
  private final List<String> surprises = new ArrayList<>();
  private long slowestNanos;
  private int firstId;
  private volatile boolean stopped;

  /**
   * @param events how many at most
   */
  LoadClient(int port, String path, int connections, int perSecond, int events) {
    this.port = port;
    this.path = path;
    this.connections = connections;
    this.perSecond = perSecond;
    this.events = events;
    this.status = new short[events];
    java.util.Arrays.fill(status, (short) -1);
  }

  /** Ids begin here instead of with 0. */
  LoadClient from(int id) {
    firstId = id;
    return this;
  }

  /** What is not yet sent stays unsent. */
  void stop() {
    stopped = true;
  }

  /** Sends everything and returns when the last answer is there. */
  Answers run() throws InterruptedException {
    long start = System.nanoTime();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      int first = i;
      threads.add(Thread.ofPlatform().name("load-" + i).start(() -> connection(first, start)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    Map<Integer, BitSet> byStatus = new TreeMap<>();
    for (int id = 0; id < events; id++) {
      if (stopped && status[id] < 0) {
        continue;
      }
      byStatus.computeIfAbsent((int) status[id], code -> new BitSet()).set(firstId + id);
    }
    synchronized (surprises) {
      return new Answers(byStatus, took, List.copyOf(surprises), Duration.ofNanos(slowestNanos));
    }
  }

  private void connection(int first, long start) {
    Connection connection = null;
    long slowest = 0;
    for (int id = first; id < events && !stopped; id += connections) {
      long due = start + (long) (id * 1e9 / perSecond);
      for (long wait; (wait = due - System.nanoTime()) > 0; ) {
        LockSupport.parkNanos(wait);
      }
      try {
        if (connection == null || connection.closing) {
          connection = new Connection();
        }
        long sent = System.nanoTime();
        status[id] = 0;
        status[id] = (short) connection.exchange(firstId + id);
        slowest = Math.max(slowest, System.nanoTime() - sent);
      } catch (IOException e) {
        surprise("event " + id + ": " + e);
        connection = null;
      }
    }
    synchronized (surprises) {
      slowestNanos = Math.max(slowestNanos, slowest);
    }
    if (connection != null) {
      connection.close();
    }
  }

  private void surprise(String what) {
    synchronized (surprises) {
      if (surprises.size() < 20) {
        surprises.add(what);
      }
    }
  }

  static String body(int id) {
    return "id=" + id + ";" + PAGE_VIEW;
  }

  private static final String PAGE_VIEW =
      "{\"event\":\"page_view\",\"path\":\"/products/1234\",\"title\":\"A product of many\","
          + "\"referrer\":\"https://www.example.com/search?q=product\",\"screen\":\"1920x1080\"}";

  private static final String HEADERS =
      " HTTP/1.1\r\nHost: events.example.com\r\nConnection: keep-alive\r\n"
          + "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
          + " Chrome/140.0.0.0 Safari/537.36\r\nContent-Type: text/plain;charset=UTF-8\r\n"
          + "Accept: */*\r\nAccept-Encoding: gzip, deflate, br\r\nOrigin: https://www.example.com\r\n"
          + "Referer: https://www.example.com/\r\nCookie: visitor=0123456789abcdef\r\nContent-Length: ";

  /** One keep-alive connection. */
  private final class Connection {
    private final Socket socket;
    private final InputStream in;
    private final StringBuilder head = new StringBuilder();
    private boolean closing;

    Connection() throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(30_000);
      in = new BufferedInputStream(socket.getInputStream());
    }

    int exchange(int id) throws IOException {
      String body = body(id);
      String request = "POST " + path + HEADERS + body.length() + "\r\n\r\n" + body;
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      String answer = head();
      closing = answer.contains("\r\nconnection: close");
      int code = Integer.parseInt(answer, 9, 12, 10);
      in.skipNBytes(contentLength(answer));
      if (closing) {
        socket.close();
      }
      return code;
    }

    private String head() throws IOException {
      head.setLength(0);
      while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
        int b = in.read();
        if (b < 0) {
          socket.close();
          throw new IOException("closed after " + head.length() + " bytes of an answer");
        }
        head.append((char) (b >= 'A' && b <= 'Z' ? b + 32 : b));
      }
      return head.toString();
    }

    private static int contentLength(String answer) {
      int at = answer.indexOf("\r\ncontent-length: ");
      return at < 0 ? 0 : Integer.parseInt(answer, at + 18, answer.indexOf('\r', at + 18), 10);
    }

    void close() {
      try {
        socket.close();
      } catch (IOException e) {
        surprise("close: " + e);
      }
    }
  }
}
