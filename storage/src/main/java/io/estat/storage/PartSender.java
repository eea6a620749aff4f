package io.estat.storage;

import io.estat.storage.StoreException.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one upload: they send its parts, open the session before the first, and ask for a
 * retry after each failure. Every call to the store is theirs, so that an interrupt of a caller
 * never breaks one off in the middle. The first failure for good ends the upload.
 */
final class PartSender {
  /** What one of the threads does. */
  interface Step {
    void run() throws StoreException, InterruptedException;
  }

  /** Creates something at the store: a session, a part or the object. */
  interface Creation<T> {
    T run() throws StoreException;
  }

  /**
   * A store may still do what it was asked for by a call that is broken off, behind the back of a
   * clean-up that has looked by then: S3 keeps, and charges for, a part that comes after the abort
   * of its upload ("AbortMultipartUpload" of the API reference). So calls have this long to answer.
   */
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(3);

  private final ObjectUploadRequest request;
  private final PartSink sink;
  private final PartLimits limits;
  private final SentParts sent;
  private final Runnable onFailure;
  private final ReentrantLock lock; // the budget's
  private final Condition changed;
  // All guarded by lock.
  private final Queue<Part> queue = new ArrayDeque<>();
  private final Set<Thread> threads = new HashSet<>();
  private final Set<Thread> creating = new HashSet<>();
  private boolean opening;
  private boolean opened;
  private @Nullable StoreException failure;

  /**
   * @param onFailure called with the lock held, perhaps more than once
   */
  PartSender(ObjectUploadRequest request, PartSink sink, SentParts sent, Runnable onFailure) {
    this.request = request;
    this.sink = sink;
    this.sent = sent;
    this.onFailure = onFailure;
    limits = sink.limits();
    lock = request.budget().lock();
    changed = request.budget().changed();
  }

  // With the lock held.

  /** Throws what the upload has failed with, if it has. */
  void checkAlive() throws StoreException {
    if (failure != null) {
      throw new StoreException(failure.kind(), failure.getMessage(), failure);
    }
  }

  /** The part is on its way; the threads will send it. */
  void add(Part part) {
    queue.add(part);
    if (part.number() > limits.maxParts()) {
      fail(
          new StoreException(
              Kind.REJECTED,
              "upload of %s needs more than %d parts; raise the size of a part or the upload budget"
                  .formatted(request.key(), limits.maxParts()),
              null));
    } else {
      startIfAllowed();
    }
  }

  /** One thread opens the session before others join it. */
  private void startIfAllowed() {
    int allowed = opened ? limits.parallel() : 1;
    if (!queue.isEmpty() && threads.size() < allowed) {
      start(this::sendQueued);
    }
  }

  void start(Step step) {
    Thread thread = Thread.ofVirtual().name("upload " + request.key()).unstarted(() -> run(step));
    threads.add(thread);
    thread.start();
  }

  /** Returns when every part has been sent. */
  void awaitSent() throws StoreException, InterruptedException {
    checkAlive();
    while (!queue.isEmpty() || !threads.isEmpty()) {
      changed.await();
      checkAlive();
    }
  }

  /** Nothing more is sent than what is being sent already. */
  void fail(StoreException e) {
    if (failure == null) {
      failure = e;
    }
    for (Part part = queue.poll(); part != null; part = queue.poll()) {
      request.budget().ended(part);
    }
    onFailure.run();
    changed.signalAll();
  }

  /** Whether the store may know of a session. */
  boolean hasOpened() {
    return opening;
  }

  /** Interrupts the threads, those that create last, and waits; whether all ended in time. */
  boolean stop(Duration limit) {
    Duration soon = limit.compareTo(ANSWER_LIMIT) < 0 ? limit : ANSWER_LIMIT;
    threads.stream().filter(thread -> !creating.contains(thread)).forEach(Thread::interrupt);
    awaitEnd(soon);
    threads.forEach(Thread::interrupt);
    awaitEnd(limit.minus(soon));
    return threads.isEmpty();
  }

  private void awaitEnd(Duration limit) {
    boolean interrupted = false;
    long leftNanos = limit.toNanos();
    while (!threads.isEmpty() && leftNanos > 0) {
      try {
        leftNanos = changed.awaitNanos(leftNanos);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  // What the threads do, without the lock.

  private void run(Step step) {
    @Nullable StoreException end = null;
    try {
      step.run();
    } catch (StoreException e) {
      end = e;
    } catch (InterruptedException e) {
      end = new StoreException(Kind.UNKNOWN_OUTCOME, describe() + " was interrupted", e);
    } catch (RuntimeException | Error e) {
      end = new StoreException(Kind.REJECTED, describe() + " met a defect: " + e, e);
    }
    lock.lock();
    try {
      threads.remove(Thread.currentThread());
      if (end != null) {
        fail(end);
      }
      // A part may have been added since this thread found the queue empty.
      startIfAllowed();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private String describe() {
    return "upload of " + request.key();
  }

  private void sendQueued() throws StoreException, InterruptedException {
    openOnce();
    for (Part part = next(); part != null; part = next()) {
      try {
        sent.add(part);
        send(part);
      } finally {
        ended(part);
      }
    }
  }

  private void openOnce() throws StoreException, InterruptedException {
    lock.lock();
    try {
      if (opened) {
        return;
      }
      opening = true;
    } finally {
      lock.unlock();
    }
    retrying(
        () -> {
          sink.open();
          return true;
        });
    lock.lock();
    try {
      opened = true;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Part next() {
    lock.lock();
    try {
      Part part = queue.poll();
      startIfAllowed();
      return part;
    } finally {
      lock.unlock();
    }
  }

  private void send(Part part) throws StoreException, InterruptedException {
    retrying(
        () -> {
          sink.send(part);
          return true;
        });
  }

  /** The part's slabs belong to others from now on. */
  void ended(Part part) {
    lock.lock();
    try {
      request.budget().ended(part);
    } finally {
      lock.unlock();
    }
  }

  /** Makes this call unless the upload has failed. */
  <T> T creating(Creation<T> call) throws StoreException {
    lock.lock();
    try {
      checkAlive();
      creating.add(Thread.currentThread());
    } finally {
      lock.unlock();
    }
    try {
      return call.run();
    } finally {
      lock.lock();
      try {
        creating.remove(Thread.currentThread());
      } finally {
        lock.unlock();
      }
    }
  }

  private void retrying(Creation<Boolean> call) throws StoreException, InterruptedException {
    for (int failed = 1; ; failed++) {
      try {
        creating(call);
        return;
      } catch (StoreException e) {
        awaitRetry(failed, e);
      }
    }
  }

  /** Returns when it is time to try again; throws when it is over. */
  void awaitRetry(int failedAttempts, StoreException e)
      throws StoreException, InterruptedException {
    requireAlive();
    request.retry().beforeRetry(failedAttempts, e);
    requireAlive();
  }

  private void requireAlive() throws StoreException {
    lock.lock();
    try {
      checkAlive();
    } finally {
      lock.unlock();
    }
  }
}
