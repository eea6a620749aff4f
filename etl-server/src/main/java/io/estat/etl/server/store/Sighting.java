package io.estat.etl.server.store;

import io.estat.etl.domain.JobId;

/**
 * What can be seen of a claimed job from outside.
 *
 * @param beat moves with each renewal of the claim
 */
public record Sighting(JobId job, long fence, long beat) {}
