package io.estat.etl.server.events;

import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobId;
import io.estat.etl.domain.TransportId;
import io.estat.etl.server.store.StoredEvent;
import io.estat.etl.server.store.Stores;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One client's way through the events of a job: what is kept, then what happens, each once and in
 * order. Used by the client's thread, which waits for events and for the client; nobody else does.
 */
public final class JobStream implements AutoCloseable {
  private final Stores stores;
  private final JobFeed feed;
  private final Watcher watcher;
  private final EventSink sink;
  private final Duration heartbeat;

  /** The number of the last event that was written. */
  private long position;

  private boolean finished;

  JobStream(Stores stores, JobFeed feed, Watcher watcher, EventSink sink, Duration heartbeat) {
    this.stores = stores;
    this.feed = feed;
    this.watcher = watcher;
    this.sink = sink;
    this.heartbeat = heartbeat;
  }

  /**
   * Waits for a job of the transport.
   *
   * @param version of the last job that is known, or 0
   * @return empty: the stream has ended, or the transport is deleted
   */
  public Optional<JobId> awaitNext(TransportId transport, int version)
      throws IOException, InterruptedException {
    feed.join(watcher, new Topic.NextJobOf(transport, version));
    while (true) {
      switch (next()) {
        case Delivery.NextJob next -> {
          return Optional.of(next.job());
        }
        case Delivery.Silence() -> sink.heartbeat();
        case Delivery.End() -> {
          return Optional.empty();
        }
        case Delivery.Event passed -> {}
      }
    }
  }

  /**
   * Writes the events of the job up to the final one, or until the stream is ended from outside.
   *
   * @param after the last event that the client has, or 0
   */
  public void follow(Job job, long after) throws IOException, InterruptedException {
    // A number that the job has not come to yet would hide what comes.
    position = Math.min(after, stores.events().lastSeq(job.id()));
    replay(job.id());
    if (job.status().isFinal() || finished) {
      // Of a job that ended long ago nothing may be left.
      return;
    }
    feed.join(watcher, job.id(), position);
    // What came between the last page and the moment of joining.
    replay(job.id());
    while (!finished) {
      switch (next()) {
        case Delivery.Event event -> {
          if (event.seq() == 0 || event.seq() > position) {
            write(job.id(), event.seq(), event.event());
          }
        }
        case Delivery.Silence() -> sink.heartbeat();
        case Delivery.End() -> {
          return;
        }
        case Delivery.NextJob passed -> {}
      }
    }
  }

  private void replay(JobId job) throws IOException {
    List<StoredEvent> page;
    do {
      page = stores.events().after(job, position, JobChannel.PAGE);
      for (StoredEvent stored : page) {
        if (finished || watcher.isEnded()) {
          finished = true;
          return;
        }
        write(job, stored.seq(), stored.event());
      }
    } while (page.size() == JobChannel.PAGE);
  }

  private void write(JobId job, long seq, JobEvent event) throws IOException {
    sink.event(job, seq, event);
    position = Math.max(position, seq);
    finished = event.isFinal();
  }

  /** Sends what was written before it waits. */
  private Delivery next() throws IOException, InterruptedException {
    if (watcher.waiting() == 0) {
      sink.flush();
    }
    return watcher.take(heartbeat);
  }

  @Override
  public void close() {
    watcher.close();
  }
}
