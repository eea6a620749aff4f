package io.estat.storage.gcs;

import io.estat.storage.ObjectContent;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/** Checksums of content that is to be put. */
final class GcsContent {
  private GcsContent() {}

  /**
   * CRC-32C of the content, which the store verifies; the CRC-32 that the port gives it does not
   * know, so that is verified here. Reads the content once.
   */
  static String crc32c(String doing, ObjectContent content) throws StoreException {
    var crc32 = new CRC32();
    var crc32c = new CRC32C();
    long length = 0;
    byte[] buffer = new byte[64 * 1024];
    try (InputStream in = content.open()) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        crc32.update(buffer, 0, n);
        crc32c.update(buffer, 0, n);
        length += n;
      }
    } catch (IOException e) {
      throw new StoreException(
          Kind.REJECTED, doing + " was not begun: its content cannot be read: " + e, e);
    }
    if (length != content.length() || (int) crc32.getValue() != content.crc32()) {
      throw new StoreException(
          Kind.REJECTED,
          doing + " was not begun: its content is not what its length and checksum say",
          null);
    }
    return base64((int) crc32c.getValue());
  }

  /** As the API writes it: base64 of the four bytes, the highest first. */
  static String base64(int crc32c) {
    byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(crc32c).array();
    return Base64.getEncoder().encodeToString(bytes);
  }
}
