package io.estat.etl.server.events;

import io.estat.etl.domain.JobId;
import io.estat.etl.server.store.JobStore;
import io.estat.etl.server.store.TransportStore;
import java.util.Optional;

/** The next job of a transport; or the end, when the transport is deleted. */
final class NextJobChannel extends Channel {
  private final Topic.NextJobOf topic;
  private final JobStore jobs;
  private final TransportStore transports;
  private volatile boolean jobBegan;

  NextJobChannel(Topic.NextJobOf topic, JobStore jobs, TransportStore transports) {
    this.topic = topic;
    this.jobs = jobs;
    this.transports = transports;
  }

  /** A job began on this instance, maybe of this transport. */
  void hearOfABeginning() {
    jobBegan = true;
  }

  @Override
  boolean isBehind() {
    return jobBegan;
  }

  @Override
  void look() {
    jobBegan = false;
    Optional<JobId> next = jobs.next(topic.transport(), topic.version());
    next.ifPresent(job -> deliver(new Delivery.NextJob(job)));
    if (next.isEmpty() && transports.find(topic.transport()).isEmpty()) {
      end();
    }
  }
}
