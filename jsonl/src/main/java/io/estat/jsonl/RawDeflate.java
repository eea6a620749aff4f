package io.estat.jsonl;

import java.nio.ByteBuffer;

/** One deflate stream (RFC 1951) at a time, fed by blocks. One thread at a time. */
interface RawDeflate extends AutoCloseable {
  /** Blocks are all of this size, but the last: with it, equal input gives equal output. */
  int BLOCK_BYTES = 128 * 1024;

  String engine();

  /** Where the caller lays the next block, {@link #BLOCK_BYTES} large. Always the same one. */
  ByteBuffer block();

  /** Forgets everything: a new stream begins. */
  void reset();

  /** Takes the first {@code length} bytes of the block; {@code last} ends the stream. */
  void feed(int length, boolean last);

  /** Writes to {@code out} from 0 on. Fewer bytes than fit: the block is used up. */
  int drain(byte[] out);

  @Override
  void close();
}
