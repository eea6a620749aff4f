package io.estat.etl.server.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/**
 * What a client gives so that a request which it repeats has its effect once. Remembered for {@link
 * #REMEMBERED} after the effect; a request that was refused is not remembered.
 *
 * @param scope whose key it is and of which call, so that keys of others never meet: {@code
 *     "execute TRPID-0a1b2c3d by alice"}
 * @param key as the client sent it, of any length
 * @param request what the same request has in common with its repetition: its body, for example
 */
public record IdempotencyKey(String scope, String key, String request) {
  public static final Duration REMEMBERED = Duration.ofHours(24);

  /** Identifies scope and key, without telling them. */
  String keyHash() {
    return hash(scope.length() + ":" + scope + key);
  }

  String requestHash() {
    return hash(request);
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
