package io.estat.storage;

/**
 * Length and checksum of a whole object.
 *
 * @param crc32c CRC-32C (Castagnoli) as {@link java.util.zip.CRC32C} has it, in an int
 */
public record ObjectSum(long bytes, int crc32c) {}
