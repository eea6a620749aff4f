package io.estat.storage;

import java.io.IOException;
import java.io.InputStream;

/** Bytes that can be read from the start as often as an attempt is made. */
public interface ObjectContent {
  /** Length in bytes. */
  long length();

  /**
   * CRC-32 (as in gzip and zlib) of all the bytes, sent along so that the store can verify them.
   */
  int crc32();

  /** A new stream from the first byte. */
  InputStream open() throws IOException;
}
