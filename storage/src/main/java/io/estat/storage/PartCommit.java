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
    UploadOutcome outcome =
        earlier.isPresent() ? earlier.get() : sender.creating(() -> sink.complete(tail, sum));
    if (again && earlier.isEmpty() && outcome instanceof UploadOutcome.Exists) {
      outcome = sink.find(sum).orElse(outcome);
    }
    underWay = outcome instanceof UploadOutcome.Stored;
    return outcome;
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
