package io.estat.ingest.upload;

import io.estat.jsonl.GzipEncoder;
import io.estat.jsonl.GzipEngine;
import io.estat.jsonl.GzipSummary;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An engine that fails in the middle of every batch with a given event. */
final class BrokenEngine implements GzipEngine {
  private final String poison;

  BrokenEngine(String poison) {
    this.poison = poison;
  }

  @Override
  public String name() {
    return "broken";
  }

  @Override
  public GzipEncoder encoder(int level) {
    GzipEncoder zlib = GzipEngine.zlib().encoder(level);
    return new GzipEncoder() {
      @Override
      public String engine() {
        return "broken";
      }

      @Override
      public void begin(Sink sink) throws IOException {
        zlib.begin(sink);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        write(ByteBuffer.wrap(bytes, offset, length));
      }

      @Override
      public void write(ByteBuffer bytes) throws IOException {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        if (new String(copy, java.nio.charset.StandardCharsets.UTF_8).contains(poison)) {
          zlib.write(copy, 0, copy.length / 2);
          throw new IllegalStateException("the engine broke");
        }
        zlib.write(bytes);
      }

      @Override
      public GzipSummary finish() throws IOException {
        return zlib.finish();
      }

      @Override
      public void abandon() {
        zlib.abandon();
      }

      @Override
      public void close() {
        zlib.close();
      }
    };
  }
}
