package io.estat.ingest.upload;

import io.estat.storage.ObjectInfo;
import io.estat.storage.ObjectPut;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.PartSink;
import io.estat.storage.PutOutcome;
import io.estat.storage.StoreException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Any store, whose calls are written down. On demand it holds calls back without regard to their
 * timeout, or throws what no store should throw.
 */
final class WatchedStore implements ObjectStore {
  /** What was asked. */
  enum What {
    PUT,
    PLAIN_PUT,
    HEAD
  }

  /** One call. */
  record Call(What what, String key, Duration timeout, long atNanos) {}

  private final ObjectStore inner;
  private final CopyOnWriteArrayList<Call> calls = new CopyOnWriteArrayList<>();
  private volatile @Nullable CountDownLatch heldPuts;
  private volatile @Nullable CountDownLatch heldHeads;
  private volatile @Nullable RuntimeException bug;
  private volatile long headMillis;
  private volatile boolean headsDenied;

  WatchedStore(ObjectStore inner) {
    this.inner = inner;
  }

  /** Puts from now on do not return before the latch is open. */
  CountDownLatch holdPuts() {
    var latch = new CountDownLatch(1);
    heldPuts = latch;
    return latch;
  }

  CountDownLatch holdHeads() {
    var latch = new CountDownLatch(1);
    heldHeads = latch;
    return latch;
  }

  /** Every call from now on throws this, or nothing if it is null. */
  void throwing(@Nullable RuntimeException thrown) {
    bug = thrown;
  }

  void slowHeads(long millis) {
    headMillis = millis;
  }

  /** From now on heads are answered with 403, as without the right to read. */
  void denyHeads() {
    headsDenied = true;
  }

  List<Call> calls() {
    return List.copyOf(calls);
  }

  List<What> whats() {
    return calls.stream().map(Call::what).toList();
  }

  long count(What what) {
    return calls.stream().filter(call -> call.what() == what).count();
  }

  @Override
  public String url() {
    return inner.url();
  }

  @Override
  public PutOutcome put(ObjectPut put) throws StoreException {
    note(put.onlyIfAbsent() ? What.PUT : What.PLAIN_PUT, put.key(), put.timeout());
    await(heldPuts);
    return inner.put(put);
  }

  @Override
  public Optional<ObjectInfo> head(String key, Duration timeout) throws StoreException {
    note(What.HEAD, key, timeout);
    await(heldHeads);
    if (headMillis > 0) {
      await(new CountDownLatch(1), headMillis);
    }
    if (headsDenied) {
      throw new StoreException(StoreException.Kind.DENIED, "head of " + key + ": 403", null);
    }
    return inner.head(key, timeout);
  }

  private void note(What what, String key, Duration timeout) {
    calls.add(new Call(what, key, timeout, System.nanoTime()));
    RuntimeException thrown = bug;
    if (thrown != null) {
      throw thrown;
    }
  }

  private static void await(@Nullable CountDownLatch latch) {
    if (latch != null) {
      await(latch, TimeUnit.MINUTES.toMillis(5));
    }
  }

  private static void await(CountDownLatch latch, long millis) {
    try {
      boolean _ = latch.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a put", e);
    }
  }

  @Override
  public InputStream open(String key) throws StoreException {
    return inner.open(key);
  }

  @Override
  public List<ObjectInfo> list(String prefix, @Nullable String startAfter) throws StoreException {
    return inner.list(prefix, startAfter);
  }

  @Override
  public PartSink sink(ObjectUploadRequest request) {
    return inner.sink(request);
  }

  @Override
  public int abortUploads(String prefix) throws StoreException {
    return inner.abortUploads(prefix);
  }

  @Override
  public void close() {
    inner.close();
  }
}
