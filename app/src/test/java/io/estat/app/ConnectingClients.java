package io.estat.app;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that open a connection for each event, until they are refused. One thread each. */
final class ConnectingClients {
  private static final byte[] REQUEST =
      "POST /collect HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nid=1;"
          .getBytes(StandardCharsets.US_ASCII);

  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;

  ConnectingClients(int port, int count) {
    for (int i = 0; i < count; i++) {
      threads.add(Thread.ofPlatform().daemon().start(() -> run(port)));
    }
  }

  private void run(int port) {
    while (!stopped) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        exchange(socket);
      } catch (ConnectException e) {
        refused.incrementAndGet();
        return;
      } catch (IOException e) {
        surprises.add(e.toString());
      }
    }
  }

  private void exchange(Socket socket) throws IOException {
    socket.setSoTimeout(10_000);
    socket.getOutputStream().write(REQUEST);
    String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    if (answer.startsWith("HTTP/1.1 200 ")) {
      answered.incrementAndGet();
    } else {
      surprises.add("answered: " + answer);
    }
  }

  void stop() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  int answered() {
    return answered.get();
  }

  int refused() {
    return refused.get();
  }

  /** What happened to a connection that was neither answered 200 nor refused. */
  List<String> surprises() {
    return List.copyOf(surprises);
  }
}
