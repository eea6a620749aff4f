package io.estat.etl.server.store;

import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobId;

/**
 * One event of a job as it is kept.
 *
 * @param seq 1, 2, ... within the job, without gaps
 */
public record StoredEvent(JobId job, long seq, JobEvent event) {}
