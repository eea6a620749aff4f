package io.estat.storage;

import io.estat.storage.StoreException.Kind;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Lengths and checksums of the parts as they were handed to the store. Any thread.
 *
 * <p>Put together they must be those of what was appended: the store verifies each part, this
 * verifies that no byte went wrong, or into another part, between.
 */
final class SentParts {
  private final SortedMap<Integer, ObjectSum> byNumber = new TreeMap<>(); // guarded by this

  void add(Part part) {
    var sum = new ObjectSum(part.length(), part.crc32c());
    synchronized (this) {
      byNumber.put(part.number(), sum);
    }
  }

  /**
   * @throws StoreException if the parts are not what was appended
   */
  synchronized void require(String key, ObjectSum appended) throws StoreException {
    var sent = new ObjectSum(0, 0);
    for (ObjectSum part : byNumber.values()) {
      sent =
          new ObjectSum(
              sent.bytes() + part.bytes(),
              Crc32cSum.concat(sent.crc32c(), part.crc32c(), part.bytes()));
    }
    if (!sent.equals(appended)) {
      throw new StoreException(
          Kind.REJECTED,
          "upload of %s: %d bytes with CRC-32C %08x were appended, its parts have %d with %08x"
              .formatted(key, appended.bytes(), appended.crc32c(), sent.bytes(), sent.crc32c()),
          null);
    }
  }
}
