package io.estat.ingest.batch;

/**
 * What is known of a batch's content, written into the object's metadata.
 *
 * @param events lines
 * @param rawBytes bytes of the lines before gzip, newlines included
 * @param rawCrc32 CRC-32 of those bytes
 * @param firstTs epoch seconds of the first line
 * @param lastTs epoch seconds of the last line
 */
public record BatchSummary(long events, long rawBytes, int rawCrc32, long firstTs, long lastTs) {}
