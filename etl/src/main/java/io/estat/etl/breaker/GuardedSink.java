package io.estat.etl.breaker;

import io.estat.storage.ObjectSum;
import io.estat.storage.Part;
import io.estat.storage.PartLimits;
import io.estat.storage.PartSink;
import io.estat.storage.StoreException;
import io.estat.storage.UploadOutcome;
import java.util.Optional;

/** One upload to a {@link GuardedStore}. */
final class GuardedSink implements PartSink {
  private final GuardedStore store;
  private final PartSink sink;

  GuardedSink(GuardedStore store, PartSink sink) {
    this.store = store;
    this.sink = sink;
  }

  @Override
  public PartLimits limits() {
    return sink.limits();
  }

  @Override
  public void open() throws StoreException {
    store.guarded(
        () -> {
          sink.open();
          return true;
        });
  }

  @Override
  public void send(Part part) throws StoreException {
    store.guarded(
        () -> {
          sink.send(part);
          return true;
        });
  }

  @Override
  public UploadOutcome complete(Part tail, ObjectSum sum) throws StoreException {
    return store.guarded(() -> sink.complete(tail, sum));
  }

  @Override
  public Optional<UploadOutcome> find(ObjectSum sum) throws StoreException {
    return store.guarded(() -> sink.find(sum));
  }

  /** Is always tried, once: nobody would come back to it, and what stays costs money. */
  @Override
  public void abort(boolean mayBeVisible) throws StoreException {
    sink.abort(mayBeVisible);
  }
}
