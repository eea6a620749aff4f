package io.estat.testkit;

import io.estat.storage.ObjectSum;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.Part;
import io.estat.storage.PartLimits;
import io.estat.storage.PartSink;
import io.estat.storage.StoreException;
import io.estat.storage.UploadOutcome;
import io.estat.testkit.FaultyStore.Call;
import java.util.Optional;

/** One upload to a {@link FaultyStore}. */
final class FaultySink implements PartSink {
  private final FaultyStore store;
  private final PartSink inner;
  private final ObjectUploadRequest request;

  FaultySink(FaultyStore store, PartSink inner, ObjectUploadRequest request) {
    this.store = store;
    this.inner = inner;
    this.request = request;
  }

  @Override
  public PartLimits limits() {
    return inner.limits();
  }

  @Override
  public void open() throws StoreException {
    call(Call.UPLOAD_OPEN, inner::open);
  }

  @Override
  public void send(Part part) throws StoreException {
    call(Call.UPLOAD_SEND, () -> inner.send(part));
  }

  @Override
  public UploadOutcome complete(Part tail, ObjectSum sum) throws StoreException {
    return store.upload(
        Call.UPLOAD_COMPLETE, doing(), request.partTimeout(), () -> inner.complete(tail, sum));
  }

  @Override
  public Optional<UploadOutcome> find(ObjectSum sum) throws StoreException {
    return store.upload(Call.UPLOAD_FIND, doing(), request.partTimeout(), () -> inner.find(sum));
  }

  @Override
  public void abort(boolean mayBeVisible) throws StoreException {
    call(Call.UPLOAD_ABORT, () -> inner.abort(mayBeVisible));
  }

  private interface Step {
    void run() throws StoreException;
  }

  private void call(Call call, Step step) throws StoreException {
    store.upload(
        call,
        doing(),
        request.partTimeout(),
        () -> {
          step.run();
          return true;
        });
  }

  private String doing() {
    return "upload of " + request.key();
  }
}
