package io.estat.etl.breaker;

import io.estat.storage.ObjectInfo;
import io.estat.storage.ObjectPut;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.PartSink;
import io.estat.storage.PutOutcome;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A store whose every call, those of uploads included, goes through its breaker. */
final class GuardedStore implements ObjectStore {
  /** One call to the store. */
  interface Call<T> {
    T run() throws StoreException;
  }

  private final ObjectStore store;
  private final Breaker breaker;

  GuardedStore(ObjectStore store, Breaker breaker) {
    this.store = store;
    this.breaker = breaker;
  }

  <T> T guarded(Call<T> call) throws StoreException {
    try {
      breaker.enter();
    } catch (OutageException e) {
      throw new StoreException(Kind.UNAVAILABLE, e.outage().message(), e);
    }
    try {
      T answer = call.run();
      breaker.succeeded();
      return answer;
    } catch (StoreException e) {
      ended(e);
      throw e;
    } catch (RuntimeException | Error e) {
      breaker.broken(e);
      throw e;
    }
  }

  private void ended(StoreException e) {
    if (!isAway(e.kind())) {
      breaker.succeeded();
    } else if (Thread.currentThread().isInterrupted()) {
      // Its upload was aborted: the answer was not waited for.
      breaker.broken(e);
    } else {
      breaker.failed(e);
    }
  }

  private static boolean isAway(Kind kind) {
    return switch (kind) {
      case UNKNOWN_OUTCOME, THROTTLED, UNAVAILABLE -> true;
      case CONFLICT, CONDITION_REFUSED, DENIED, NO_BUCKET, REJECTED, NO_OBJECT -> false;
    };
  }

  @Override
  public String url() {
    return store.url();
  }

  @Override
  public PutOutcome put(ObjectPut put) throws StoreException {
    return guarded(() -> store.put(put));
  }

  @Override
  public Optional<ObjectInfo> head(String key, Duration timeout) throws StoreException {
    return guarded(() -> store.head(key, timeout));
  }

  @Override
  public InputStream open(String key) throws StoreException {
    return guarded(() -> store.open(key));
  }

  @Override
  public List<ObjectInfo> list(String prefix, @Nullable String startAfter) throws StoreException {
    return guarded(() -> store.list(prefix, startAfter));
  }

  @Override
  public PartSink sink(ObjectUploadRequest request) {
    return new GuardedSink(this, store.sink(request));
  }

  @Override
  public int abortUploads(String prefix) throws StoreException {
    return guarded(() -> store.abortUploads(prefix));
  }

  @Override
  public void close() {
    store.close();
  }
}
