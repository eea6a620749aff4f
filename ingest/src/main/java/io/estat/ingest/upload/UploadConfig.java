package io.estat.ingest.upload;

import java.time.Duration;

/**
 * How batches are sent.
 *
 * @param rawPrefix where good batches go
 * @param quarantinePrefix where lines go that cannot be put among the good ones
 * @param timeout bound of one attempt
 * @param attempts attempts for one batch while the store is well
 * @param gzipLevel 1 to 9
 */
public record UploadConfig(
    String rawPrefix, String quarantinePrefix, Duration timeout, int attempts, int gzipLevel) {}
