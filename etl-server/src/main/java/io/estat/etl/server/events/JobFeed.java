package io.estat.etl.server.events;

import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobId;
import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.error.ErrorCode;
import io.estat.etl.server.run.JobListener;
import io.estat.etl.server.run.Ticker;
import io.estat.etl.server.store.Stores;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands on to the watchers of this instance what happens to jobs, wherever they run. One thread
 * looks into the job store, once for all watchers of a job; the engine's threads wake it and hand
 * over what is not kept, and never wait for anybody. Thread-safe.
 */
public final class JobFeed implements JobListener, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(JobFeed.class);

  private final Stores stores;
  private final FeedOptions options;
  private final Ticker ticker;
  private final Map<Topic, Channel> channels = new ConcurrentHashMap<>();
  private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();
  private volatile boolean ending;

  public JobFeed(Stores stores, FeedOptions options) {
    this.stores = stores;
    this.options = options;
    ticker = new Ticker("job-feed", options.poll(), this::turn);
  }

  public void start() {
    ticker.start();
  }

  private void turn() {
    long now = System.nanoTime();
    long interval = options.poll().toNanos();
    channels.values().forEach(channel -> channel.lookIfDue(now, interval));
  }

  @Override
  public void on(JobId job, JobEvent event, long seq) {
    if (channels.isEmpty()) {
      return;
    }
    if (channels.get(new Topic.EventsOf(job)) instanceof JobChannel channel) {
      channel.hear(event, seq);
    }
    if (event instanceof JobEvent.JobStarted) {
      channels.values().stream()
          .filter(NextJobChannel.class::isInstance)
          .forEach(channel -> ((NextJobChannel) channel).hearOfABeginning());
    }
    if (seq > 0) {
      ticker.wake();
    }
  }

  /** Whether the job is ended and nothing is kept of it after this event. */
  public boolean isOver(Job job, long after) {
    return job.status().isFinal() && stores.events().after(job.id(), after, 1).isEmpty();
  }

  /**
   * @throws ApiException if no stream can begin now; the message says why
   */
  public JobStream open(EventSink sink) {
    var watcher = new Watcher(options.queued(), this::leave);
    watchers.add(watcher);
    try {
      if (ending) {
        throw unavailable("the server is being stopped; ask another instance, or later");
      }
      if (watchers.size() > options.streams()) {
        throw unavailable(
            "%d streams are open, and there may be no more; end some, or ask another instance"
                .formatted(options.streams()));
      }
      return new JobStream(stores, this, watcher, sink, options.heartbeat());
    } catch (ApiException e) {
      watcher.close();
      throw e;
    }
  }

  private static ApiException unavailable(String message) {
    return new ApiException(ErrorCode.UNAVAILABLE, message);
  }

  /**
   * From now on the watcher gets what is new.
   *
   * @param after the last event that it has
   */
  void join(Watcher watcher, JobId job, long after) {
    join(watcher, new Topic.EventsOf(job), () -> new JobChannel(job, stores.events(), after));
  }

  /** From now on the watcher waits for the transport's next job. */
  void join(Watcher watcher, Topic.NextJobOf topic) {
    join(watcher, topic, () -> new NextJobChannel(topic, stores.jobs(), stores.transports()));
    ticker.wake();
  }

  private void join(Watcher watcher, Topic topic, Supplier<Channel> newChannel) {
    leaveTopic(watcher);
    watcher.topic = topic;
    channels.compute(
        topic,
        (key, known) -> {
          Channel channel = known == null ? newChannel.get() : known;
          channel.add(watcher);
          return channel;
        });
  }

  private void leaveTopic(Watcher watcher) {
    Topic topic = watcher.topic;
    if (topic == null) {
      return;
    }
    watcher.topic = null;
    channels.computeIfPresent(
        topic,
        (key, channel) -> {
          channel.remove(watcher);
          return channel.isDeserted() ? null : channel;
        });
  }

  private void leave(Watcher watcher) {
    leaveTopic(watcher);
    watchers.remove(watcher);
    if (watcher.isDropped()) {
      log.info("a client was too slow for the events of its job; its stream was ended");
    }
  }

  /** How many streams are open. */
  public int streams() {
    return watchers.size();
  }

  /** The longest queue of events that wait for one client. */
  int waiting() {
    return watchers.stream().mapToInt(Watcher::waiting).max().orElse(0);
  }

  /** Ends all streams; no new one begins. Does not wait. */
  public void endStreams() {
    ending = true;
    cut();
  }

  /** Ends the streams that are open; their clients may come again. */
  void cut() {
    watchers.forEach(Watcher::end);
  }

  @Override
  public void close() {
    endStreams();
    ticker.close();
  }
}
