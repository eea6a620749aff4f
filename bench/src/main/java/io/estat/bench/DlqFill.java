package io.estat.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.estat.ingest.batch.BatchName;
import io.estat.jsonl.GzipEncoder;
import io.estat.jsonl.GzipEngine;
import io.estat.jsonl.GzipSummary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files of an earlier life in a folder of a dead-letter queue, one event in each, as a server would
 * have left them: data and meta, neither in the order of time nor of names. Numbered on from one
 * {@link #add} to the next.
 */
final class DlqFill implements AutoCloseable {
  private static final String INSTANCE = "earlier-life";
  private static final String MARK = "_" + INSTANCE + "_";
  private static final byte[] META = "{\"num_events\":1}".getBytes(US_ASCII);

  /** Prime, so that it visits every second of the span once before one comes again. */
  private static final int STRIDE_SECONDS = 7919;

  private static final int SPAN_SECONDS = 20_000;
  private static final int LEVEL = 1;
  private static final Path DROP_CACHES = Path.of("/proc/sys/vm/drop_caches");
  private static final String PAGES_AND_INODES = "3\n";

  private final Path folder;
  private final long bornBefore = System.currentTimeMillis() / 1000;
  private final GzipEncoder encoder = GzipEngine.zlib().encoder(LEVEL);
  private int next;
  private boolean cold = true;

  DlqFill(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  /**
   * Returns when the files are on the disk, since those that never got there would cost next to
   * nothing to delete, and, where this user may do that, no longer in the memory of the kernel: a
   * thousand new ones are there, a million after an outage of hours are not.
   */
  void add(int files) throws IOException {
    for (int end = next + files; next < end; next++) {
      long seconds = bornBefore - (long) next * STRIDE_SECONDS % SPAN_SECONDS;
      String name = BatchName.of(seconds, INSTANCE, next).text() + BatchName.EXTENSION;
      // The meta first, as the server does: what is visible as data is complete.
      Files.write(folder.resolve(name + ".meta.json"), META);
      Files.write(folder.resolve(name), gzip(line(seconds, next)));
    }
    settle();
    forget();
  }

  private void forget() {
    try {
      Files.writeString(DROP_CACHES, PAGES_AND_INODES);
    } catch (IOException e) {
      cold = false;
    }
  }

  /** Whether the files have to be read from the disk. */
  boolean isCold() {
    return cold;
  }

  private void settle() throws IOException {
    try {
      if (new ProcessBuilder("sync", "-f", folder.toString()).inheritIO().start().waitFor() != 0) {
        throw new IOException("sync -f " + folder + " failed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String line(long seconds, int number) {
    return "{\"ts\":%d,\"ip\":\"203.0.113.7\",\"user_agent\":\"Mozilla/5.0\",\"body\":\"number=%d\"}\n"
        .formatted(seconds, number);
  }

  private byte[] gzip(String line) throws IOException {
    var bytes = new ByteArrayOutputStream();
    encoder.begin(bytes::write);
    encoder.write(line.getBytes(US_ASCII), 0, line.length());
    GzipSummary _ = encoder.finish();
    return bytes.toByteArray();
  }

  /** Which of the files a key is that of, or -1. */
  static int number(String key) {
    int at = key.indexOf(MARK);
    int from = at + MARK.length();
    int to = key.indexOf('.', from);
    return at < 0 || to < 0 ? -1 : Integer.parseInt(key, from, to, 10);
  }

  int total() {
    return next;
  }

  @Override
  public void close() {
    encoder.close();
  }
}
