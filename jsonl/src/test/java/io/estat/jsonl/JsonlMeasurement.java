package io.estat.jsonl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/** Prints rates of this machine; run its {@code main} with the test class path. Not a test. */
final class JsonlMeasurement {
  private static final int ROUNDS = 3;

  private JsonlMeasurement() {}

  private interface Work {
    /** Bytes worked off. */
    long run() throws IOException;
  }

  public static void main(String[] args) throws IOException {
    byte[] json = Arrays.copyOf(SampleData.eventLines(1000, 1), 200);
    byte[] words = "The quick brown fox jumps over the lazy dog. ".repeat(5).getBytes(UTF_8);
    byte[] cyrillic = "Съешь же ещё этих мягких французских булок ".repeat(3).getBytes(UTF_8);
    for (byte[] body : new byte[][] {json, words, cyrillic}) {
      byte[] dst = new byte[body.length * JsonText.MAX_ESCAPED_BYTES_PER_BYTE];
      String start = new String(body, 0, 20, UTF_8);
      measure("escape, fast:  " + start, 20, () -> repeat(body, dst, true));
      measure("escape, plain: " + start, 20, () -> repeat(body, dst, false));
    }
    byte[] lines = SampleData.eventLines(20_000_000, 1);
    measure("check lines", 1, () -> check(lines));
    for (GzipEngine engine : new GzipEngine[] {GzipEngine.best(), GzipEngine.zlib()}) {
      for (int level : new int[] {1, 4, 6}) {
        try (GzipEncoder encoder = engine.encoder(level)) {
          long size = gzip(encoder, lines);
          String name =
              "%s level %d, ratio %.4f"
                  .formatted(encoder.engine(), level, (double) size / lines.length);
          measure(name, 1, () -> gzip(encoder, lines) > 0 ? lines.length : 0);
        }
      }
    }
  }

  private static void measure(String name, int warmUps, Work work) throws IOException {
    for (int i = 0; i < warmUps; i++) {
      work.run();
    }
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      long bytes = work.run();
      best = Math.max(best, bytes * 1e3 / (System.nanoTime() - start));
    }
    System.out.printf(Locale.ROOT, "%-45s %6.0f MB/s%n", name, best);
  }

  private static long repeat(byte[] body, byte[] dst, boolean fast) {
    long sum = 0;
    for (int i = 0; i < 200_000; i++) {
      int end =
          fast
              ? JsonText.escapeUtf8(body, 0, body.length, dst, 0)
              : PlainJsonText.escapeByteByByte(body, 0, body.length, dst, 0);
      sum += end == 0 ? 0 : body.length;
    }
    return sum;
  }

  private static long check(byte[] lines) throws IOException {
    JsonLineCheck check = new JsonLineCheck(1 << 20, (bytes, offset, length, good) -> {});
    for (int at = 0; at < lines.length; at += 65_536) {
      check.accept(lines, at, Math.min(65_536, lines.length - at));
    }
    if (!check.finish().allGood()) {
      throw new AssertionError("sample lines are not JSON");
    }
    return lines.length;
  }

  private static long gzip(GzipEncoder encoder, byte[] lines) throws IOException {
    encoder.begin((bytes, offset, length) -> {});
    encoder.write(lines, 0, lines.length);
    return encoder.finish().gzipBytes();
  }
}
