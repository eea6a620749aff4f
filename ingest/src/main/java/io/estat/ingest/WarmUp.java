package io.estat.ingest;

import io.estat.ingest.batch.Batch;
import io.estat.ingest.batch.BatchLimits;
import io.estat.ingest.batch.Budget;
import io.estat.ingest.batch.Ledger;
import io.estat.ingest.batch.NameMint;
import io.estat.ingest.batch.OpenBatch;
import io.estat.ingest.batch.Slab;
import io.estat.ingest.batch.Time;
import io.estat.ingest.config.IngestConfig;
import io.estat.ingest.http.HttpConfig;
import io.estat.ingest.http.HttpServer;
import io.estat.ingest.http.Pages;
import io.estat.jsonl.GzipEncoder;
import io.estat.jsonl.GzipEngine;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests through the same handlers before the server says that it is ready, so that the
 * first real ones do not wait for class loading and compilation. They run over loopback into a
 * server of their own, with its own books, whose batches are compressed and thrown away: nothing of
 * the users' moves.
 */
final class WarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  private static final int REQUESTS_A_WRITE = 20;
  private static final int WRITES = 30;

  /** A slow machine is ready by then, warm or not. */
  private static final Duration AT_MOST = Duration.ofMillis(800);

  private final IngestConfig config;
  private final GzipEngine gzip;
  private final Time time;

  WarmUp(IngestConfig config, GzipEngine gzip, Time time) {
    this.config = config;
    this.gzip = gzip;
    this.time = time;
  }

  /** Runs on a thread of its own and then {@code done}, also if it failed: it is only a warm-up. */
  void start(Runnable done) {
    Thread.ofPlatform()
        .daemon()
        .name("warm-up")
        .start(
            () -> {
              try {
                run();
              } catch (IOException | RuntimeException e) {
                LOG.warn("the warm-up failed; the first requests will be slower", e);
              } finally {
                done.run();
              }
            });
  }

  private void run() throws IOException {
    try (GzipEncoder encoder = gzip.encoder(config.upload().gzipLevel())) {
      var limits = new BatchLimits(500, 1 << 20, Duration.ofHours(1), 500, 1, 4 << 20);
      var budget = new Budget(limits.maxEvents(), limits.budgetBytes(), limits.batchBytes());
      var open =
          new OpenBatch(
              limits,
              budget,
              new Ledger(),
              new NameMint("warm-up"),
              time,
              batch -> discard(batch, encoder, budget));
      try (var server =
          new HttpServer(loopback(), config.line(), budget, open, Pages.of(Map.of()))) {
        server.listen();
        exchange(server.port());
      }
    }
  }

  private HttpConfig loopback() {
    HttpConfig real = config.http();
    return new HttpConfig(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        null,
        1,
        real.maxBodyBytes(),
        16,
        real.timeouts(),
        real.cors(),
        List.of(),
        null,
        false);
  }

  private static void discard(Batch batch, GzipEncoder encoder, Budget budget) {
    try {
      encoder.begin((bytes, offset, length) -> {});
      for (Slab slab : batch.lines()) {
        encoder.write(slab.written());
      }
      encoder.finish();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    budget.giveBack(batch);
  }

  private static void exchange(int port) throws IOException {
    long end = System.nanoTime() + AT_MOST.toNanos();
    byte[] requests = REQUEST.repeat(REQUESTS_A_WRITE).getBytes(StandardCharsets.US_ASCII);
    byte[] answers = new byte[64 * 1024];
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) AT_MOST.toMillis());
      InputStream in = socket.getInputStream();
      for (int i = 0; i < WRITES && System.nanoTime() < end; i++) {
        socket.getOutputStream().write(requests);
        int heads = 0;
        while (heads < REQUESTS_A_WRITE) {
          int read = in.read(answers);
          if (read < 0) {
            throw new IOException("the warm-up's connection was closed");
          }
          heads += count(answers, read);
        }
      }
    }
  }

  /** Answers in these bytes: each has an empty body and ends in an empty line's last byte. */
  private static int count(byte[] bytes, int length) {
    int heads = 0;
    for (int i = 3; i < length; i++) {
      if (bytes[i] == '\n' && bytes[i - 2] == '\n') {
        heads++;
      }
    }
    return heads;
  }

  private static final String BODY =
      "{\"event\":\"page_view\",\"path\":\"/products/1234\",\"title\":\"A product\",\"ref\":\"\"}";

  private static final String REQUEST =
      "POST /collect HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n"
          + "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)\r\n"
          + "Content-Type: text/plain;charset=UTF-8\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n"
          + "X-Forwarded-For: 203.0.113.7\r\nCookie: id=0123456789abcdef; session=fedcba\r\n"
          + "Content-Length: "
          + BODY.length()
          + "\r\n\r\n"
          + BODY;
}
