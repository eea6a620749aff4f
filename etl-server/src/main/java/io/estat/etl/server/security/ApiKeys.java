package io.estat.etl.server.security;

import io.estat.etl.server.config.ApiKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/** Finds the caller of an API key, in a time that does not depend on the key. */
final class ApiKeys {
  private final List<ApiKey> keys;

  ApiKeys(List<ApiKey> keys) {
    this.keys = keys;
  }

  Optional<Caller> caller(String presented) {
    byte[] hash = bytes(ApiKey.hash(presented));
    Optional<Caller> found = Optional.empty();
    // All are compared, each to its end: where a key differs cannot be measured.
    for (ApiKey key : keys) {
      if (MessageDigest.isEqual(hash, bytes(key.sha256()))) {
        found = Optional.of(new Caller("key:" + key.name(), key.role()));
      }
    }
    return found;
  }

  private static byte[] bytes(String hex) {
    return hex.getBytes(StandardCharsets.US_ASCII);
  }
}
