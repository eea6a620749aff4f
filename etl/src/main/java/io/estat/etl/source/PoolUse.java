package io.estat.etl.source;

/**
 * What of a pool of connections is in use.
 *
 * @param active connections that were given out
 * @param idle connections that wait to be
 * @param waiting threads that wait for one
 * @param max connections there may be
 */
public record PoolUse(int active, int idle, int waiting, int max) {}
