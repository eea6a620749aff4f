package io.estat.testkit.gcs;

import java.util.Map;

/**
 * An object as the server has it.
 *
 * @param contentType empty if none was given
 */
public record GcsObject(
    String name,
    long generation,
    String contentType,
    String contentEncoding,
    Map<String, String> metadata,
    GcsContent content) {
  public GcsObject {
    metadata = Map.copyOf(metadata);
  }
}
