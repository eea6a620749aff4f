package io.estat.etl.domain;

import org.jspecify.annotations.Nullable;

/**
 * One object of a completed table.
 *
 * @param name its last path segment: {@code ORDERS.jsonl.gz}
 * @param bytes compressed
 * @param crc32c of the compressed bytes, 8 hex digits
 * @param generation the store's own version of the object, where it has one (GCS)
 */
public record LandedObject(
    String name, String url, long rows, long bytes, String crc32c, @Nullable String generation) {}
