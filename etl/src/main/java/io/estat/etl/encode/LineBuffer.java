package io.estat.etl.encode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes of JSON lines, growing to the longest line. Encoders ask for room and write into the array
 * themselves. One thread.
 */
public final class LineBuffer {
  private static final int LARGEST = Integer.MAX_VALUE - 8;

  private byte[] bytes;
  private int length;

  public LineBuffer(int initialBytes) {
    bytes = new byte[initialBytes];
  }

  /**
   * The array, with room for {@code more} bytes behind {@link #length}; valid until the next call.
   *
   * @throws IllegalStateException beyond 2 GiB, which no array holds
   */
  public byte[] room(long more) {
    long needed = length + more;
    if (needed > bytes.length) {
      if (needed > LARGEST) {
        throw new IllegalStateException("a line of more than 2 GiB cannot be written");
      }
      bytes = Arrays.copyOf(bytes, (int) Math.min(LARGEST, Math.max(needed, bytes.length * 2L)));
    }
    return bytes;
  }

  public byte[] array() {
    return bytes;
  }

  public int length() {
    return length;
  }

  /** Says up to where the array is written; also takes bytes back. */
  public void length(int newLength) {
    length = newLength;
  }

  public void put(int b) {
    room(1)[length++] = (byte) b;
  }

  public void put(byte[] some) {
    System.arraycopy(some, 0, room(some.length), length, some.length);
    length += some.length;
  }

  /** Text of ASCII characters only. */
  @SuppressWarnings("deprecation") // getBytes(int, int, byte[], int): the one copy without an array
  public void putAscii(String text) {
    text.getBytes(0, text.length(), room(text.length()), length);
    length += text.length();
  }

  public void clear() {
    length = 0;
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
