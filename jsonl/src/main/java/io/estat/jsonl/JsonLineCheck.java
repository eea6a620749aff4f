package io.estat.jsonl;

import java.io.IOException;
import java.util.Arrays;

/**
 * Looks at a stream of bytes line by line: is each line exactly one JSON value (RFC 8259, strict
 * UTF-8)? An empty line is not; the last one without its newline is not, whatever it holds: more of
 * it may have been lost. Holds at most one line, and of that at most the given maximum; a longer
 * line is bad. Values nested deeper than 500 are bad. One thread at a time.
 */
public final class JsonLineCheck {
  private static final int FIRST_ROOM_BYTES = 8 * 1024;

  /** Takes every line in order, without its newline. The bytes are valid only during the call. */
  @FunctionalInterface
  public interface LineSink {
    /** A bad line that is longer than the maximum comes cut to it. */
    void line(byte[] bytes, int offset, int length, boolean good) throws IOException;
  }

  /**
   * What was found.
   *
   * @param goodLines lines that are one JSON value
   * @param badLines all others, a torn last one included
   * @param torn the last line had no newline
   */
  public record Result(long goodLines, long badLines, boolean torn) {
    public boolean allGood() {
      return badLines == 0;
    }
  }

  private final int maxLineBytes;
  private final LineSink sink;
  private final JsonSyntax syntax = new JsonSyntax();

  /** The line whose end has not come yet, from earlier calls. */
  private byte[] started;

  private int startedBytes;
  private boolean tooLong;
  private long goodLines;
  private long badLines;

  public JsonLineCheck(int maxLineBytes, LineSink sink) {
    this.maxLineBytes = maxLineBytes;
    this.sink = sink;
    this.started = new byte[Math.min(FIRST_ROOM_BYTES, maxLineBytes)];
  }

  /** The next bytes of the stream, cut anywhere. */
  public void accept(byte[] bytes, int offset, int length) throws IOException {
    int to = offset + length;
    int from = offset;
    for (int at = offset; at < to; at++) {
      if (bytes[at] == '\n') {
        line(bytes, from, at);
        from = at + 1;
      }
    }
    keep(bytes, from, to);
  }

  /** The stream is over, well or not. Once. */
  public Result finish() throws IOException {
    boolean torn = startedBytes > 0 || tooLong;
    if (torn) {
      badLines++;
      sink.line(started, 0, startedBytes, false);
    }
    return new Result(goodLines, badLines, torn);
  }

  private void line(byte[] bytes, int from, int to) throws IOException {
    if (startedBytes == 0 && !tooLong && to - from <= maxLineBytes) {
      decide(bytes, from, to - from); // whole in this call: nothing is copied
    } else {
      keep(bytes, from, to);
      decide(started, 0, startedBytes);
      startedBytes = 0;
      tooLong = false;
    }
  }

  private void decide(byte[] bytes, int offset, int length) throws IOException {
    boolean good = !tooLong && syntax.isValue(bytes, offset, offset + length);
    if (good) {
      goodLines++;
    } else {
      badLines++;
    }
    sink.line(bytes, offset, length, good);
  }

  private void keep(byte[] bytes, int from, int to) {
    int part = Math.min(to - from, maxLineBytes - startedBytes);
    tooLong |= part < to - from;
    if (startedBytes + part > started.length) {
      int doubled = (int) Math.min(maxLineBytes, started.length * 2L);
      started = Arrays.copyOf(started, Math.max(startedBytes + part, doubled));
    }
    System.arraycopy(bytes, from, started, startedBytes, part);
    startedBytes += part;
  }
}
