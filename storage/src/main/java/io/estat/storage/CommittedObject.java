package io.estat.storage;

import org.jspecify.annotations.Nullable;

/**
 * An object as it was committed.
 *
 * @param crc32c CRC-32C of all its bytes
 * @param generation the store's number of this very object, where it has one (GCS)
 */
public record CommittedObject(String key, long bytes, int crc32c, @Nullable String generation) {}
