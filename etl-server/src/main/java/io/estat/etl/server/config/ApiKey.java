package io.estat.etl.server.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * One key of the {@code X-API-Key} header. The key itself is not kept.
 *
 * @param sha256 of the key's UTF-8 bytes, in lower-case hex
 */
public record ApiKey(String name, Role role, String sha256) {
  private static final int MIN_LENGTH = 16;

  /**
   * All have one length: comparing two of them byte by byte takes a time that says nothing.
   *
   * @throws IllegalArgumentException if it is no hash
   */
  public ApiKey {
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("the sha256 of '" + name + "' must have 64 hex digits");
    }
  }

  /**
   * Reads {@code name:role:key}, {@code name:role:sha256:<64 hex>} or a bare key, which operates.
   *
   * @param index names a bare key: {@code key-1}
   * @throws IllegalArgumentException with a message that shows no key
   */
  static ApiKey parse(String text, int index) {
    if (text.indexOf(':') < 0) {
      return ofPlain("key-" + index, Role.OPERATE, text);
    }
    String[] parts = text.split(":", 3);
    String name = parts[0];
    if (parts.length < 3 || !name.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException(
          "entry %d must be name:role:key, the name of letters, digits, dot, dash or underscore"
              .formatted(index));
    }
    Role role =
        Role.ofName(parts[1])
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the role of '%s' must be read or operate".formatted(name)));
    if (!parts[2].startsWith("sha256:")) {
      return ofPlain(name, role, parts[2]);
    }
    String hash = parts[2].substring("sha256:".length());
    if (!hash.matches("[0-9a-fA-F]{64}")) {
      throw new IllegalArgumentException(
          "the sha256 of '%s' must have 64 hex digits (printf %%s KEY | sha256sum)"
              .formatted(name));
    }
    return new ApiKey(name, role, hash.toLowerCase(Locale.ROOT));
  }

  private static ApiKey ofPlain(String name, Role role, String key) {
    if (key.length() < MIN_LENGTH) {
      throw new IllegalArgumentException(
          "the key of '%s' has %d characters and must have at least %d (openssl rand -hex 24)"
              .formatted(name, key.length(), MIN_LENGTH));
    }
    return new ApiKey(name, role, hash(key));
  }

  /** What {@link #sha256} is compared with. */
  public static String hash(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "ApiKey[name=%s, role=%s]".formatted(name, role);
  }
}
