package io.estat.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Ports of 127.0.0.1: finding one, and asking what listens there. */
public final class Ports {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long POLL_MILLIS = 1;

  private Ports() {}

  /** Free a moment ago. */
  public static int free() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /**
   * Waits until a GET is answered 200.
   *
   * @throws IOException if the process ends first, or it takes a minute
   */
  static void awaitOk(Process process, int port, String path) throws IOException {
    await(
        process,
        () -> get(port, path).startsWith("HTTP/1.1 200 "),
        "port %d does not answer %s with 200".formatted(port, path));
  }

  /**
   * Waits until a connection is accepted, whatever is spoken over it.
   *
   * @throws IOException if the process ends first, or it takes a minute
   */
  static void awaitOpen(Process process, int port) throws IOException {
    await(process, () -> isOpen(port), "nothing listens on port %d".formatted(port));
  }

  private static void await(Process process, BooleanSupplier ready, String notReady)
      throws IOException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!ready.getAsBoolean()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IOException(notReady);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
    }
  }

  private static boolean isOpen(int port) {
    try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** A whole answer, or nothing if there is none yet. */
  static String get(int port, String path) {
    try (var socket = new Socket()) {
      socket.setSoTimeout((int) LIMIT.toMillis());
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      String request = "GET " + path + " HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException notYet) {
      return "";
    }
  }
}
