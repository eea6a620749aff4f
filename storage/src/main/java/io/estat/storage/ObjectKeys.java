package io.estat.storage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Which keys an object may be stored under, and the order of listings. */
public final class ObjectKeys {
  /** The longest key in bytes of UTF-8, as S3 has it. */
  public static final int MAX_BYTES = 1024;

  /** The order of the keys' UTF-8 bytes, which is not that of {@link String#compareTo}. */
  public static final Comparator<String> ORDER =
      (a, b) ->
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

  private ObjectKeys() {}

  /**
   * Returns the key if every store and every client on the way to it takes it literally: one that
   * some of them would normalise to another key is refused.
   *
   * @throws IllegalArgumentException naming the key and what is wrong with it
   */
  public static String requirePlain(String key) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("an object's key must not be empty");
    }
    if (key.indexOf('\0') >= 0) {
      throw refused(key.replace('\0', '?'), "it must not contain NUL");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(key)) {
      throw refused(key, "it must be well-formed Unicode");
    }
    if (key.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw refused(key, "it must have at most " + MAX_BYTES + " bytes of UTF-8");
    }
    for (String segment : List.of(key.split("/", -1))) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        throw refused(
            key, "its segments must not be empty, '.' or '..', so no slash at start or end either");
      }
    }
    return key;
  }

  private static IllegalArgumentException refused(String key, String why) {
    return new IllegalArgumentException("key '" + key + "' is refused: " + why);
  }
}
