package io.estat.storage;

import java.util.Map;

/**
 * What a store says of an object.
 *
 * @param bytes its length as stored
 * @param contentType empty in listings
 * @param metadata names in lower case; empty in listings
 */
public record ObjectInfo(String key, long bytes, String contentType, Map<String, String> metadata) {
  public ObjectInfo {
    metadata = Map.copyOf(metadata);
  }
}
