package io.estat.storage;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.zip.CRC32;

/** Content that lies in an array. The array is not copied: nobody may change it afterwards. */
public final class ByteContent implements ObjectContent {
  private final byte[] bytes;
  private final int crc32;

  public ByteContent(byte[] bytes) {
    this.bytes = bytes;
    var crc = new CRC32();
    crc.update(bytes);
    this.crc32 = (int) crc.getValue();
  }

  @Override
  public long length() {
    return bytes.length;
  }

  @Override
  public int crc32() {
    return crc32;
  }

  @Override
  public InputStream open() {
    return new ByteArrayInputStream(bytes);
  }
}
