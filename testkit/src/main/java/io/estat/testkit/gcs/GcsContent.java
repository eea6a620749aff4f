package io.estat.testkit.gcs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32C;

/** Bytes that arrived, in order. Written by one thread at a time. */
public final class GcsContent {
  private final boolean kept;
  private final List<byte[]> pieces = new ArrayList<>();
  private final CRC32C crc32c = new CRC32C();
  private long length;

  /**
   * @param kept false: only length and checksum are kept, for objects larger than memory
   */
  GcsContent(boolean kept) {
    this.kept = kept;
  }

  void append(byte[] bytes, int from, int count) {
    crc32c.update(bytes, from, count);
    length += count;
    if (kept) {
      pieces.add(Arrays.copyOfRange(bytes, from, from + count));
    }
  }

  public long length() {
    return length;
  }

  /** CRC-32C as the API writes it: base64 of the four bytes, the highest first. */
  public String crc32c() {
    byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt((int) crc32c.getValue()).array();
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** All the bytes. */
  public byte[] bytes() {
    var all = new ByteArrayOutputStream();
    try {
      writeTo(all, length);
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
    return all.toByteArray();
  }

  void writeTo(OutputStream out, long limit) throws IOException {
    if (!kept) {
      throw new IllegalStateException("this server was told to keep no content");
    }
    long left = limit;
    for (byte[] piece : pieces) {
      int n = (int) Math.min(left, piece.length);
      out.write(piece, 0, n);
      left -= n;
    }
  }
}
