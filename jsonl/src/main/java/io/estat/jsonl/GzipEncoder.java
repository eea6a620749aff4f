package io.estat.jsonl;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Makes gzip members (RFC 1952): whole lines in, bytes out; members may be concatenated. What comes
 * out depends on nothing but the bytes that went in, the level, the engine and the CPU it runs on:
 * neither on how they were cut into writes nor on what the encoder did before. Memory is fixed at
 * construction (under 1 MiB, partly outside the heap). Reusable, one thread at a time.
 *
 * <p>The order is {@link #begin}, writes, {@link #finish}, and again. Anything else is an {@link
 * IllegalStateException}. When the sink throws, the member is lost and {@link #begin} comes next.
 */
public interface GzipEncoder extends AutoCloseable {
  /** Takes the gzip bytes, in order. They are valid only during the call. */
  @FunctionalInterface
  interface Sink {
    void accept(byte[] bytes, int offset, int length) throws IOException;
  }

  /** The engine that does the work: {@code isa-l} or {@code zlib}. */
  String engine();

  /** Starts a member: its header goes to the sink. */
  void begin(Sink sink) throws IOException;

  /** Any length. */
  void write(byte[] bytes, int offset, int length) throws IOException;

  /** On the heap or direct; consumes what remains. */
  void write(ByteBuffer bytes) throws IOException;

  /** Ends the member: the rest of it and the trailer go to the sink. */
  GzipSummary finish() throws IOException;

  /** Forgets a member that was begun, if any. */
  void abandon();

  /** Frees the native memory. Closing twice is harmless. */
  @Override
  void close();
}
