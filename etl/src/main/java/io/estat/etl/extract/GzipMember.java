package io.estat.etl.extract;

import io.estat.etl.encode.LineBuffer;
import io.estat.jsonl.GzipEncoder;
import io.estat.jsonl.GzipEngine;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Turns whole lines into gzip members and counts the lines that pass: the second of the three
 * counts that must agree. Holds the compressed bytes until they are taken. One thread; reusable.
 */
final class GzipMember implements AutoCloseable {
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final long LINE_FEEDS = 0x0101010101010101L * '\n';
  private static final long LOW_BITS = 0x7F7F7F7F7F7F7F7FL;

  private static final int INITIAL_BYTES = 1 << 16;

  /** What a chunk usually needs; the room of one long line is given back. */
  static final int KEPT_BYTES = 4 << 20;

  private final GzipEncoder encoder;
  private LineBuffer compressed = new LineBuffer(INITIAL_BYTES);
  private boolean open;
  private long lines;

  GzipMember(GzipEngine engine, int level) {
    encoder = engine.encoder(level);
  }

  /** Takes what the buffer holds, whole lines, and empties it. */
  void write(LineBuffer whole) throws IOException {
    if (!open) {
      encoder.begin(this::keep);
      open = true;
    }
    lines += countLines(whole.array(), whole.length());
    encoder.write(whole.array(), 0, whole.length());
    whole.clear();
  }

  /** Ends the member, if one is open; a table without rows asks for an empty one first. */
  void finish() throws IOException {
    if (open) {
      encoder.finish();
      open = false;
    }
  }

  /** Compressed bytes that wait to be taken; a part of the open member may still be inside. */
  int pending() {
    return compressed.length();
  }

  /** What {@link #finish} has completed; {@link #taken} empties it. */
  LineBuffer compressed() {
    return compressed;
  }

  /** What was compressed is where it belongs. */
  void taken() {
    if (compressed.array().length > KEPT_BYTES) {
      compressed = new LineBuffer(INITIAL_BYTES);
    } else {
      compressed.clear();
    }
  }

  /** Lines taken since {@link #reset}. */
  long lines() {
    return lines;
  }

  /** Forgets what was not taken, and counts from 0 again. */
  void reset() {
    encoder.abandon();
    open = false;
    taken();
    lines = 0;
  }

  @Override
  public void close() {
    encoder.close();
  }

  private void keep(byte[] bytes, int offset, int length) {
    System.arraycopy(bytes, offset, compressed.room(length), compressed.length(), length);
    compressed.length(compressed.length() + length);
  }

  /** JSON has line feeds only between lines. Eight bytes at once: every byte lands here. */
  static long countLines(byte[] bytes, int length) {
    long count = 0;
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      // A byte that is a line feed becomes zero, and only a zero byte keeps its high bit clear.
      long zeros = (long) EIGHT.get(bytes, i) ^ LINE_FEEDS;
      long others = ((zeros & LOW_BITS) + LOW_BITS) | zeros | LOW_BITS;
      count += Long.bitCount(~others);
    }
    for (; i < length; i++) {
      if (bytes[i] == '\n') {
        count++;
      }
    }
    return count;
  }
}
