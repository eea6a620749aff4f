package io.estat.storage;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One object to be stored.
 *
 * @param key as {@link ObjectKeys#requirePlain} takes it: without a leading slash
 * @param content read once an attempt, from the start
 * @param contentType the object's media type; no Content-Encoding is ever set, since readers would
 *     unpack twice
 * @param metadata names are lower-case ASCII letters, digits and dashes; values printable ASCII
 *     without a space at either end
 * @param onlyIfAbsent refuse if an object has the key ({@code If-None-Match: *})
 * @param timeout bounds the whole attempt; the store never tries twice by itself
 */
public record ObjectPut(
    String key,
    ObjectContent content,
    String contentType,
    Map<String, String> metadata,
    boolean onlyIfAbsent,
    Duration timeout) {
  private static final Pattern METADATA_NAME = Pattern.compile("[a-z0-9-]+");
  private static final Pattern HEADER_VALUE = Pattern.compile("([!-~]([ -~]*[!-~])?)?");

  /**
   * @throws IllegalArgumentException for a key that {@link ObjectKeys#requirePlain} refuses, and
   *     for metadata that would not come back as it was given
   */
  public ObjectPut {
    ObjectKeys.requirePlain(key);
    metadata = Map.copyOf(metadata);
    requireHeaders(contentType, metadata);
  }

  /**
   * @throws IllegalArgumentException for what would not come back as it was given
   */
  static void requireHeaders(String contentType, Map<String, String> metadata) {
    requireHeaderValue("content type", contentType);
    metadata.forEach(
        (name, value) -> {
          if (!METADATA_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                "metadata name '" + name + "' must be lower-case ASCII letters, digits, dashes");
          }
          requireHeaderValue("metadata " + name, value);
        });
  }

  private static void requireHeaderValue(String what, String value) {
    if (!HEADER_VALUE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          what + " must be printable ASCII without a space at its ends");
    }
  }
}
