package io.estat.etl.domain;

/**
 * Why something failed, for the person who has to fix it.
 *
 * @param code one of the API's error codes, or {@code CANCELLED}, {@code SNAPSHOT_LOST}, {@code
 *     COUNT_MISMATCH} and the like
 * @param message what, where, which value and what to do; never a secret
 */
public record Failure(String code, String message) {}
