package io.estat.ingest.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** The keys of which a client must show one, if there are any. Compared in constant time. */
final class WriteKeys {
  private final byte[][] keys;
  private final BiPredicate<byte[], byte[]> areEqual;

  WriteKeys(List<String> keys) {
    this(keys, MessageDigest::isEqual);
  }

  /**
   * @param areEqual in a time that says nothing of where they differ
   */
  WriteKeys(List<String> keys, BiPredicate<byte[], byte[]> areEqual) {
    this.areEqual = areEqual;
    this.keys = keys.stream().map(k -> k.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
  }

  /** Whether nobody has to show one. */
  boolean areNone() {
    return keys.length == 0;
  }

  /**
   * Each as the decoder gives it, a header's bytes as the characters U+0000-U+00FF, or null.
   *
   * @param shown the value of X-Write-Key
   */
  boolean permit(@Nullable String shown, @Nullable String authorization, @Nullable String query) {
    return areNone()
        || matches(shown, StandardCharsets.ISO_8859_1)
        || matches(bearer(authorization), StandardCharsets.ISO_8859_1)
        || (query != null && matches(fromQuery(query), StandardCharsets.UTF_8));
  }

  private static @Nullable String bearer(@Nullable String authorization) {
    return authorization != null && authorization.regionMatches(true, 0, "bearer ", 0, 7)
        ? authorization.substring(7).strip()
        : null;
  }

  private static @Nullable String fromQuery(String query) {
    for (String pair : query.split("&", -1)) {
      if (pair.startsWith("key=")) {
        try {
          return QueryStringDecoder.decodeComponent(pair.substring(4));
        } catch (IllegalArgumentException e) {
          return null; // broken percent-encoding is no key
        }
      }
    }
    return null;
  }

  /** Looks at every key, so that the time says nothing about which one was nearly right. */
  private boolean matches(@Nullable String shown, Charset charset) {
    if (shown == null) {
      return false;
    }
    byte[] bytes = shown.getBytes(charset);
    boolean found = false;
    for (byte[] key : keys) {
      found |= areEqual.test(key, bytes);
    }
    return found;
  }
}
