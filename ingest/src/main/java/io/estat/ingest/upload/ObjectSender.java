package io.estat.ingest.upload;

import io.estat.ingest.batch.Batch;
import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.BatchSummary;
import io.estat.ingest.batch.Time;
import io.estat.ingest.dlq.Destination;
import io.estat.ingest.metrics.RateLimitedLog;
import io.estat.storage.ObjectContent;
import io.estat.storage.ObjectStore;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one object into the bucket, once, in as many attempts as it takes and as the store's
 * health allows; when it is not known whether an attempt arrived, the next one looks first. Called
 * by the uploader's thread only; {@link StoreHealth} tells others how it goes.
 */
public final class ObjectSender implements Destination {
  private static final Logger LOG = LoggerFactory.getLogger(ObjectSender.class);

  /** While the store is failing, one batch in so many gets the whole timeout. */
  private static final int BATCHES_PER_FULL_ATTEMPT = 10;

  private final ObjectCreator creator;
  private final UploadConfig config;
  private final StoreHealth health;
  private final UploadMetrics metrics;
  private final Pause pause;
  private final RateLimitedLog failures;
  private long stored;
  private int inHasteSoFar;
  private volatile long endNanos = Long.MAX_VALUE / 2;

  public ObjectSender(ObjectStore store, UploadConfig config, UploadMetrics metrics, Time time) {
    this(store, config, metrics, time, new Pause());
  }

  ObjectSender(
      ObjectStore store, UploadConfig config, UploadMetrics metrics, Time time, Pause pause) {
    this.pause = pause;
    this.failures = new RateLimitedLog(LOG, time);
    this.creator = new ObjectCreator(store, config, metrics);
    this.config = config;
    this.health = new StoreHealth(time);
    this.metrics = metrics;
  }

  /**
   * A batch at its first way.
   *
   * @param nowhereElse while the store is failing a batch gets one short attempt, since the
   *     dead-letter queue takes it otherwise; where that refuses, haste would only keep a slow
   *     store from ever being well again
   */
  Delivery send(Batch batch, ObjectContent gzip, BatchSummary summary, boolean nowhereElse) {
    Parcel parcel = Parcel.gzip(Target.RAW, batch.name(), gzip, summary);
    return sendLive(parcel, batch.mayBeStored(), patience(nowhereElse));
  }

  /** The lines of a batch that no engine could compress. */
  Delivery sendUnpacked(BatchName name, ObjectContent lines, BatchSummary summary) {
    return sendLive(Parcel.lines(name, lines, summary), true, patience(false));
  }

  /**
   * A file of the DLQ: an earlier life may have put it already, so it is looked for first. That it
   * fails says nothing of the live batches, which may be smaller or elsewhere; that it succeeds
   * does.
   */
  @Override
  public Delivery deliver(
      Target target, BatchName name, ObjectContent content, BatchSummary summary) {
    return send(
        Parcel.gzip(target, name, content, summary), true, new Patience(1, config.timeout()));
  }

  @Override
  public long storedSoFar() {
    return stored;
  }

  private Patience patience(boolean nowhereElse) {
    if (!health.isFailing()) {
      inHasteSoFar = 0;
      return new Patience(config.attempts(), config.timeout());
    }
    // A store that is only slow would never be well again if nothing had the time it takes.
    if (nowhereElse || ++inHasteSoFar % BATCHES_PER_FULL_ATTEMPT == 0) {
      return new Patience(1, config.timeout());
    }
    return Patience.inHaste(config.timeout());
  }

  private Delivery sendLive(Parcel parcel, boolean mayBeThere, Patience patience) {
    Delivery delivery = send(parcel, mayBeThere, patience);
    if (delivery instanceof Delivery.StoreFailed) {
      health.failed();
    }
    return delivery;
  }

  private Delivery send(Parcel parcel, boolean mayBeThere, Patience patience) {
    health.deliveryStarted();
    try {
      return attempts(parcel, mayBeThere, patience);
    } finally {
      health.deliveryEnded();
    }
  }

  private Delivery attempts(Parcel parcel, boolean mayBeThere, Patience patience) {
    boolean lookFirst = mayBeThere;
    Set<String> taken = new HashSet<>();
    for (int attempt = 1; ; attempt++) {
      try {
        String key = attempt(parcel, lookFirst, taken, patience.perAttempt());
        health.delivered();
        stored++;
        return new Delivery.Stored(key);
      } catch (StoreException e) {
        metrics.putFailed(e.kind());
        report(e);
        lookFirst |= e.kind() == Kind.UNKNOWN_OUTCOME;
        if (e.kind() == Kind.REJECTED || isQuarantineDenied(parcel, e)) {
          return new Delivery.Refused(e.getMessage());
        }
        if (attempt >= patience.attempts() || !isWorthRepeating(e.kind()) || !backoff(attempt)) {
          return new Delivery.StoreFailed(e.getMessage());
        }
      }
    }
  }

  /** Returns the key under which the object is there. */
  private String attempt(Parcel parcel, boolean lookFirst, Set<String> taken, Duration bound)
      throws StoreException {
    long start = System.nanoTime();
    long end = start + Math.min(bound.toNanos(), endNanos - start);
    try {
      return creator.create(parcel, lookFirst, taken, end);
    } catch (RuntimeException e) { // a store that answers throws StoreException
      throw new StoreException(
          Kind.UNKNOWN_OUTCOME, "no answer for " + parcel.key(config) + " but " + e, e);
    }
  }

  /** Rights are given by prefix: the good ones may well be allowed. */
  private static boolean isQuarantineDenied(Parcel parcel, StoreException e) {
    return e.kind() == Kind.DENIED && parcel.target() == Target.QUARANTINE;
  }

  private static boolean isWorthRepeating(Kind kind) {
    return kind != Kind.DENIED && kind != Kind.NO_BUCKET;
  }

  /** Never final for the data: it goes to the DLQ. What a person has to mend is said louder. */
  private void report(StoreException e) {
    if (isWorthRepeating(e.kind())) {
      failures.warn(e.kind().name(), "put failed (" + e.kind() + "): " + e.getMessage());
    } else {
      failures.error(
          e.kind().name(),
          "put refused ("
              + e.kind()
              + "): "
              + e.getMessage()
              + "; events are kept in DLQ_DIR until rights, credentials or bucket are mended");
    }
  }

  /** Waits before the next attempt, unless the server is about to end. */
  private boolean backoff(int attempt) {
    try {
      return pause.forMillis(Backoff.millis(attempt, ThreadLocalRandom.current()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Puts that begin from now on are over by then ({@link System#nanoTime}). */
  void endPutsBy(long nanos) {
    endNanos = nanos;
  }

  Pause pause() {
    return pause;
  }

  StoreHealth health() {
    return health;
  }

  public UploadMetrics metrics() {
    return metrics;
  }
}
