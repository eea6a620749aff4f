package io.estat.storage;

import io.estat.storage.StoreException.Kind;
import java.util.Optional;

/**
 * The commit of one upload, by one of its threads: after a lost answer it looks for its own object
 * before it tries again.
 */
final class PartCommit {
  private final PartSink sink;
  private final PartSender sender;
  private volatile boolean underWay;

  PartCommit(PartSink sink, PartSender sender) {
    this.sink = sink;
    this.sender = sender;
  }

  /** Whether an attempt has begun whose outcome is not known. */
  boolean mayBeVisible() {
    return underWay;
  }

  UploadOutcome run(Part tail, ObjectSum sum) throws StoreException, InterruptedException {
    for (int failed = 0; ; ) {
      try {
        return attempt(tail, sum, failed > 0);
      } catch (StoreException e) {
        sender.awaitRetry(++failed, e);
      }
    }
  }

  private UploadOutcome attempt(Part tail, ObjectSum sum, boolean again) throws StoreException {
    underWay = true;
    Optional<UploadOutcome> earlier = again ? findIfAllowed(sum) : Optional.empty();
    UploadOutcome outcome = earlier.isPresent() ? earlier.get() : complete(tail, sum, again);
    underWay = outcome instanceof UploadOutcome.Stored;
    return outcome;
  }

  /** An attempt before may have had its effect since it was looked for. */
  private UploadOutcome complete(Part tail, ObjectSum sum, boolean again) throws StoreException {
    UploadOutcome outcome;
    try {
      outcome = sender.creating(() -> sink.complete(tail, sum));
    } catch (StoreException e) {
      if (again && e.kind() == Kind.REJECTED) {
        return findIfAllowed(sum).orElseThrow(() -> e);
      }
      throw e;
    }
    return again && outcome instanceof UploadOutcome.Exists
        ? sink.find(sum).orElse(outcome)
        : outcome;
  }

  /** Without the right to look, the condition of the commit still protects the other's object. */
  private Optional<UploadOutcome> findIfAllowed(ObjectSum sum) throws StoreException {
    try {
      return sink.find(sum);
    } catch (StoreException e) {
      if (e.kind() == Kind.DENIED) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
