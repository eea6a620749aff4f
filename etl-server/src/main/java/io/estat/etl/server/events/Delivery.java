package io.estat.etl.server.events;

import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobId;

/** What a {@link Watcher} is handed. */
sealed interface Delivery {
  /**
   * @param seq the event's number in the job store; 0: it passes by and is not kept
   */
  record Event(long seq, JobEvent event) implements Delivery {
    /** Whether the stream is as true without it: the next one says more, or a replay has it. */
    boolean canBeMissed() {
      return event instanceof JobEvent.Progress || event instanceof JobEvent.Waiting;
    }
  }

  /** The transport has a new job. */
  record NextJob(JobId job) implements Delivery {}

  /** Nothing came for as long as the watcher wanted to wait. */
  record Silence() implements Delivery {}

  /** Nothing will come any more. */
  record End() implements Delivery {}
}
