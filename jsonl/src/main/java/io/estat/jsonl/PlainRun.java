package io.estat.jsonl;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks at eight bytes at once for what stands for itself inside a JSON string: ASCII from space
 * up, without the quote and the backslash.
 */
final class PlainRun {
  /** Eight bytes of an array, the first one in the lowest bits. */
  static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private PlainRun() {}

  /** How many of the eight bytes, from the first one on, are plain: 0 to 8. */
  static int length(long eight) {
    // x - n borrows only towards later bytes, so the first flag is always a true one.
    long quote = eight ^ (ONES * '"');
    long backslash = eight ^ (ONES * '\\');
    long flags = (eight - ONES * ' ') | (quote - ONES) | (backslash - ONES) | eight;
    return Long.numberOfTrailingZeros(flags & HIGH_BITS) >>> 3;
  }
}
