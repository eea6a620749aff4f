package io.estat.storage;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * Consecutive bytes of an object, in slabs of the {@link UploadBudget}. They do not change while a
 * {@link PartSink} call has them, and belong to others afterwards. Any thread.
 */
public final class Part implements ObjectContent {
  private static final long UNKNOWN = -1;

  private final int number;
  private final long offset;
  private final int length;
  private final List<byte[]> slabs;
  private volatile long crc32c = UNKNOWN;

  /**
   * @param number from 1
   * @param offset of the first byte in the object
   * @param slabs all but the last full
   */
  Part(int number, long offset, int length, List<byte[]> slabs) {
    this.number = number;
    this.offset = offset;
    this.length = length;
    this.slabs = slabs;
  }

  /** A part outside of a budget. The array is not copied. */
  public static Part of(int number, long offset, byte[] bytes) {
    return new Part(number, offset, bytes.length, List.of(bytes));
  }

  /** From 1, without gaps. */
  public int number() {
    return number;
  }

  /** Of its first byte in the object. */
  public long offset() {
    return offset;
  }

  @Override
  public long length() {
    return length;
  }

  /** The bytes, read-only, in order. */
  public List<ByteBuffer> buffers() {
    var buffers = new ArrayList<ByteBuffer>(slabs.size());
    int left = length;
    for (byte[] slab : slabs) {
      int n = Math.min(left, slab.length);
      buffers.add(ByteBuffer.wrap(slab, 0, n).asReadOnlyBuffer());
      left -= n;
    }
    return Collections.unmodifiableList(buffers);
  }

  /** CRC-32C of the bytes, as they were when it was first asked for. */
  public int crc32c() {
    if (crc32c == UNKNOWN) {
      crc32c = sum(new CRC32C());
    }
    return (int) crc32c;
  }

  @Override
  public int crc32() {
    return (int) sum(new CRC32());
  }

  private long sum(Checksum checksum) {
    int left = length;
    for (byte[] slab : slabs) {
      int n = Math.min(left, slab.length);
      checksum.update(slab, 0, n);
      left -= n;
    }
    return checksum.getValue();
  }

  @Override
  public InputStream open() {
    return new PartStream(buffers());
  }

  List<byte[]> slabs() {
    return slabs;
  }

  @Override
  public String toString() {
    return "part %d (%d bytes at %d)".formatted(number, length, offset);
  }
}
