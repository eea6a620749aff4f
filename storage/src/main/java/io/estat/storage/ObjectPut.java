package io.estat.storage;

import java.time.Duration;
import java.util.Map;

/**
 * One object to be stored.
 *
 * @param key without a leading slash
 * @param content read once an attempt, from the start
 * @param contentType the object's media type; no Content-Encoding is ever set, since readers would
 *     unpack twice
 * @param metadata names are lower-case ASCII letters, digits and dashes; values printable ASCII
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
  public ObjectPut {
    metadata = Map.copyOf(metadata);
  }
}
