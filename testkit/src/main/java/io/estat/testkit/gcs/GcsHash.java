package io.estat.testkit.gcs;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares content with the CRC-32C that a request says: in its metadata or in x-goog-hash. */
final class GcsHash {
  private static final String PREFIX = "crc32c=";

  private GcsHash() {}

  static void check(GcsContent content, String property, @Nullable String header)
      throws IOException {
    compare(content, property);
    for (String hash : header == null ? List.<String>of() : List.of(header.split(","))) {
      if (!hash.strip().startsWith(PREFIX)) {
        throw GcsAnswer.notImplemented("the hash " + hash.strip());
      }
      compare(content, hash.strip().substring(PREFIX.length()));
    }
  }

  private static void compare(GcsContent content, String crc32c) throws IOException {
    if (!crc32c.isEmpty() && !crc32c.equals(content.crc32c())) {
      throw GcsAnswer.badRequest(
          "Provided CRC32C \"%s\" doesn't match calculated CRC32C \"%s\"."
              .formatted(crc32c, content.crc32c()));
    }
  }
}
