package io.estat.etl.server.store;

import io.estat.etl.domain.JobId;

/**
 * The right to run a job.
 *
 * @param fence grows each time the right passes on: whoever holds a smaller one has lost it, and
 *     nothing that it writes is taken
 * @param instance who runs it, for people
 */
public record Claim(JobId job, long fence, String instance) {}
