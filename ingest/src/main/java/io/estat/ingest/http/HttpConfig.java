package io.estat.ingest.http;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The listening side.
 *
 * @param address where events are taken
 * @param adminAddress where /metrics and the page are, or null for the same port
 * @param ioThreads event loops
 * @param maxBodyBytes bound of a request body, after unpacking
 * @param maxConnections bound of open connections
 * @param timeouts when a connection is cut off
 * @param cors which pages may read answers
 * @param writeKeys empty for everybody
 * @param tls null for plain HTTP
 * @param page whether {@code GET /} shows the built-in page
 */
public record HttpConfig(
    InetSocketAddress address,
    @Nullable InetSocketAddress adminAddress,
    int ioThreads,
    int maxBodyBytes,
    int maxConnections,
    Timeouts timeouts,
    Cors cors,
    List<String> writeKeys,
    @Nullable Tls tls,
    boolean page) {

  public HttpConfig {
    writeKeys = List.copyOf(writeKeys);
  }

  /**
   * Bounds of waiting.
   *
   * @param idle between requests; longer than a load balancer's, so that it closes first
   * @param request from a request's first byte to its last, plus one second for each 4 KiB
   * @param write while the client does not take its answers
   * @param linger for the client to read the last answer after we ended our side
   */
  public record Timeouts(Duration idle, Duration request, Duration write, Duration linger) {
    public static final Timeouts DEFAULTS =
        new Timeouts(
            Duration.ofSeconds(65),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(2));
  }

  /** PEM files; both are read again when they change. */
  public record Tls(Path certificateFile, Path keyFile) {}
}
