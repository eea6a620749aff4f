package io.estat.jsonl;

/**
 * What became of one gzip member.
 *
 * @param rawBytes bytes that went in
 * @param rawCrc32 their CRC-32
 * @param gzipBytes bytes that came out: header, deflate stream and trailer
 * @param gzipCrc32 the CRC-32 of those, as S3 wants it in {@code x-amz-checksum-crc32}
 */
public record GzipSummary(long rawBytes, int rawCrc32, long gzipBytes, int gzipCrc32) {}
