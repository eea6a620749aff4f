package io.estat.storage;

import io.estat.storage.StoreException.Kind;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An upload to any store: appenders fill the open part ({@link PartBuffer}), threads of the upload
 * send those that are full ({@link PartSender}), the last of them commits ({@link PartCommit}).
 */
final class PartUpload implements ObjectUpload {
  private static final Logger LOG = LoggerFactory.getLogger(PartUpload.class);
  private static final int ABORT_ATTEMPTS = 3;

  private enum Phase {
    APPENDING,
    FINISHED,
    COMMITTING,
    COMMITTED,
    ABORTED
  }

  private final ObjectUploadRequest request;
  private final PartSink sink;
  private final SentParts sent = new SentParts();
  private final PartSender sender;
  private final PartCommit committing;
  private final PartBuffer buffer;

  /** Held by the one thread that appends or ends, also while it waits. */
  private final ReentrantLock appending = new ReentrantLock();

  private final CRC32C crc32c = new CRC32C(); // guarded by appending
  private final AtomicLong bytes = new AtomicLong();

  private final ReentrantLock lock; // the budget's
  private final Condition changed;
  private Phase phase = Phase.APPENDING; // guarded by lock
  private boolean cleaned; // guarded by lock
  private @Nullable UploadOutcome outcome; // guarded by lock

  PartUpload(ObjectUploadRequest request, PartSink sink) {
    this.request = request;
    this.sink = sink;
    lock = request.budget().lock();
    changed = request.budget().changed();
    sender = new PartSender(request, sink, sent, this::discard);
    committing = new PartCommit(sink, sender);
    buffer =
        new PartBuffer(
            request.budget(), request.partBytes(), sink.limits(), sender::checkAlive, sender::add);
  }

  private void discard() {
    buffer.discard();
  }

  @Override
  public void append(byte[] source, int offset, int length)
      throws StoreException, InterruptedException {
    Objects.checkFromIndexSize(offset, length, source.length);
    appending.lockInterruptibly();
    try {
      begin(Phase.APPENDING);
      for (int done = 0; done < length; ) {
        int n = buffer.write(source, offset + done, length - done);
        crc32c.update(source, offset + done, n);
        bytes.addAndGet(n);
        done += n;
      }
    } catch (InterruptedException e) {
      fail("an append was interrupted in the middle");
      throw e;
    } finally {
      appending.unlock();
    }
  }

  private void fail(String why) {
    lock.lock();
    try {
      sender.fail(
          new StoreException(Kind.REJECTED, "upload of " + request.key() + ": " + why, null));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long bytes() {
    return bytes.get();
  }

  @Override
  public void finishParts() throws StoreException, InterruptedException {
    appending.lockInterruptibly();
    try {
      finish();
    } finally {
      appending.unlock();
    }
  }

  private void finish() throws StoreException, InterruptedException {
    if (begin(Phase.FINISHED) == Phase.APPENDING) {
      lock.lock();
      try {
        buffer.sealRest();
      } finally {
        lock.unlock();
      }
    }
    lock.lockInterruptibly();
    try {
      sender.awaitSent();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public UploadOutcome commit() throws StoreException, InterruptedException {
    appending.lockInterruptibly();
    try {
      if (!goesWhole()) {
        finish();
      }
      begin(Phase.COMMITTING);
      var sum = new ObjectSum(bytes.get(), (int) crc32c.getValue());
      lock.lockInterruptibly();
      try {
        sender.checkAlive(); // An abort may have come since.
        Part tail = buffer.takeTail();
        sender.start(() -> commit(tail, sum));
        while (outcome == null) {
          sender.checkAlive();
          changed.await();
        }
        return outcome;
      } finally {
        lock.unlock();
      }
    } finally {
      appending.unlock();
    }
  }

  /** An object that fits into one part goes without a session. */
  private boolean goesWhole() {
    lock.lock();
    try {
      return buffer.keepWhole();
    } finally {
      lock.unlock();
    }
  }

  private void commit(Part tail, ObjectSum sum) throws StoreException, InterruptedException {
    UploadOutcome ended;
    try {
      sent.add(tail);
      sent.require(request.key(), sum);
      ended = committing.run(tail, sum);
      if (sender.hasOpened() && isStillWanted()) {
        cleanUp(false);
      }
    } finally {
      sender.ended(tail);
    }
    // Last: whoever waits for it finds the budget given back.
    lock.lock();
    try {
      if (phase == Phase.COMMITTING) {
        phase = Phase.COMMITTED;
        outcome = ended;
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isStillWanted() {
    lock.lock();
    try {
      return phase == Phase.COMMITTING;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Moves on to this phase, which may be the present one unless it is a commit.
   *
   * @return the phase before
   */
  private Phase begin(Phase next) throws StoreException {
    lock.lock();
    try {
      sender.checkAlive();
      Phase before = phase;
      if (before.compareTo(next) > 0 || before == Phase.COMMITTING) {
        throw new IllegalStateException(
            "upload of %s is %s, so it cannot be %s any more"
                .formatted(request.key(), before, next));
      }
      phase = next;
      return before;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void abort() {
    boolean touched;
    lock.lock();
    try {
      if (phase == Phase.COMMITTED) {
        return;
      }
      if (phase == Phase.ABORTED) {
        while (!cleaned) {
          changed.awaitUninterruptibly();
        }
        return;
      }
      phase = Phase.ABORTED;
      String doing = "upload of " + request.key();
      sender.fail(new StoreException(Kind.REJECTED, doing + " was aborted", null));
      if (!sender.stop(request.partTimeout().plusSeconds(1))) {
        LOG.warn("{}: a call to the store goes on although it was interrupted", doing);
      }
      touched = sender.hasOpened() || committing.mayBeVisible();
      cleaned = !touched;
    } finally {
      lock.unlock();
    }
    if (touched) {
      cleanUpWithin(request.partTimeout());
    }
  }

  @Override
  public void withdraw() {
    boolean stored;
    lock.lock();
    try {
      stored = phase == Phase.COMMITTED && outcome instanceof UploadOutcome.Stored;
      if (stored) {
        phase = Phase.ABORTED;
      }
    } finally {
      lock.unlock();
    }
    if (stored) {
      cleanUpWithin(request.partTimeout());
    } else {
      abort();
    }
  }

  /** By a thread of its own: the caller's may be interrupted already. */
  private void cleanUpWithin(Duration limit) {
    Thread thread =
        Thread.ofVirtual()
            .name("abort " + request.key())
            .start(() -> cleanUp(committing.mayBeVisible()));
    boolean interrupted = false;
    long end = System.nanoTime() + limit.toNanos();
    for (long left = limit.toNanos(); left > 0; left = end - System.nanoTime()) {
      try {
        if (thread.join(Duration.ofNanos(left))) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    thread.interrupt(); // Nothing to one that has ended.
    lock.lock();
    try {
      cleaned = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void cleanUp(boolean mayBeVisible) {
    for (int attempt = 1; ; attempt++) {
      try {
        sink.abort(mayBeVisible);
        return;
      } catch (StoreException | RuntimeException e) {
        if (attempt == ABORT_ATTEMPTS || Thread.currentThread().isInterrupted()) {
          LOG.warn(
              "upload of {} may have left {} behind: {}",
              request.key(),
              mayBeVisible
                  ? "its object"
                  : "an open upload, which a later clean-up or the bucket's lifecycle rule will"
                      + " remove,",
              e.getMessage());
          return;
        }
      }
    }
  }

  @Override
  public void close() {
    abort();
  }
}
