package io.estat.etl.server.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The jobs that are not at their end, of all instances.
 *
 * @param waitingSince when the oldest of those that wait was created; null: none waits
 * @param runningSince when the oldest of those that run began; null: none runs
 */
public record Backlog(
    long waiting, long running, @Nullable Instant waitingSince, @Nullable Instant runningSince) {}
