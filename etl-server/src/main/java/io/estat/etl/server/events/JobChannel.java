package io.estat.etl.server.events;

import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobId;
import io.estat.etl.server.store.JobEvents;
import io.estat.etl.server.store.StoredEvent;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The events of one job. What is kept is taken from the job store alone, in its order: the threads
 * of the engine report tables side by side, and another instance may run the job.
 */
final class JobChannel extends Channel {
  static final int PAGE = 500;

  private final JobId job;
  private final JobEvents events;
  private final AtomicLong heard = new AtomicLong();
  private volatile long position;

  /**
   * @param position the number of the last event that is not wanted any more
   */
  JobChannel(JobId job, JobEvents events, long position) {
    this.job = job;
    this.events = events;
    this.position = position;
  }

  /** The engine of this instance has reported. Never waits. */
  void hear(JobEvent event, long seq) {
    if (seq > 0) {
      heard.accumulateAndGet(seq, Math::max);
    } else if (!isBehind()) {
      // Else it might overtake the start of its table; the next one comes soon.
      deliver(new Delivery.Event(0, event));
    }
  }

  @Override
  boolean isBehind() {
    return heard.get() > position;
  }

  @Override
  void look() {
    List<StoredEvent> page;
    do {
      page = events.after(job, position, PAGE);
      for (StoredEvent stored : page) {
        deliver(new Delivery.Event(stored.seq(), stored.event()));
        position = stored.seq();
      }
    } while (page.size() == PAGE);
  }
}
