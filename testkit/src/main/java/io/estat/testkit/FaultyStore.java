package io.estat.testkit;

import io.estat.storage.ByteContent;
import io.estat.storage.ObjectInfo;
import io.estat.storage.ObjectPut;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.PartSink;
import io.estat.storage.PutOutcome;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Any store, with faults. A put takes its fault from the script while that lasts, otherwise from
 * the seeded dice if there are some, otherwise it has the standing fault; the calls of uploads have
 * scripts of their own; head, open and list have the standing fault only. All of it may be changed
 * from another thread while calls are under way; a call that hangs or is slow ends early when the
 * faults are changed to {@link #well}.
 */
public final class FaultyStore implements ObjectStore {
  /** What is counted. */
  public enum Call {
    PUT,
    HEAD,
    OPEN,
    LIST,
    /** Of an upload: the session is opened. */
    UPLOAD_OPEN,
    /** Of an upload: one part. */
    UPLOAD_SEND,
    /** Of an upload: the object is made visible. */
    UPLOAD_COMPLETE,
    /** Of an upload: whose object has the key. */
    UPLOAD_FIND,
    /** Of an upload, and of those of crashed processes. */
    UPLOAD_ABORT
  }

  private final ObjectStore inner;
  private final ConcurrentLinkedQueue<Fault> script = new ConcurrentLinkedQueue<>();
  private final Map<Call, Queue<Fault>> uploadScripts = new ConcurrentHashMap<>();
  private final Map<Call, Integer> calls = new ConcurrentHashMap<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile Fault standing = Fault.NONE;
  private volatile Duration delay = Duration.ZERO;
  private volatile @Nullable Dice dice;
  private int cures; // guarded by lock

  private record Dice(Random random, double share, List<Fault> faults) {}

  public FaultyStore(ObjectStore inner) {
    this.inner = inner;
  }

  /** From now on every call has this fault. */
  public void fail(Fault fault) {
    standing = fault;
  }

  /** The next puts have these faults, one each, in this order. */
  public void script(Fault... faults) {
    script.addAll(Arrays.asList(faults));
  }

  /** The next calls of this kind, which is one of an upload's, have these faults, one each. */
  public void script(Call call, Fault... faults) {
    uploadScripts.computeIfAbsent(call, c -> new ConcurrentLinkedQueue<>()).addAll(List.of(faults));
  }

  /** From now on this share of the puts has one of these faults; the same seed, the same order. */
  public void roll(long seed, double share, Fault... faults) {
    dice = new Dice(new Random(seed), share, List.of(faults));
  }

  /** From now on every call takes at least this long, or its timeout if that is shorter. */
  public void slow(Duration by) {
    delay = by;
  }

  /** No faults any more; calls that wait go on at once, with the outcome they were to have. */
  public void well() {
    standing = Fault.NONE;
    delay = Duration.ZERO;
    dice = null;
    script.clear();
    uploadScripts.clear();
    lock.lock();
    try {
      cures++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  public int calls(Call call) {
    return calls.getOrDefault(call, 0);
  }

  /** Puts that have begun and not ended. */
  public int putsUnderWay() {
    return underWay.get();
  }

  @Override
  public String url() {
    return inner.url();
  }

  @Override
  public PutOutcome put(ObjectPut put) throws StoreException {
    calls.merge(Call.PUT, 1, Integer::sum);
    underWay.incrementAndGet();
    try {
      return put(put, nextFault());
    } finally {
      underWay.decrementAndGet();
    }
  }

  private PutOutcome put(ObjectPut put, Fault fault) throws StoreException {
    String doing = "put of " + put.key();
    beSlow(doing, put.timeout());
    return switch (fault) {
      case LOST_ANSWER -> {
        inner.put(put);
        throw failure(Kind.UNKNOWN_OUTCOME, doing, fault);
      }
      case HANG_THEN_STORE -> {
        pause(doing, put.timeout());
        inner.put(put);
        throw failure(Kind.UNKNOWN_OUTCOME, doing, fault);
      }
      case TAKEN -> {
        inner.put(somebodyElses(put));
        yield inner.put(put);
      }
      case REFUSES_CONDITIONS -> {
        if (put.onlyIfAbsent()) {
          throw failure(Kind.CONDITION_REFUSED, doing, fault);
        }
        yield inner.put(put);
      }
      default -> {
        failIf(fault, doing, put.timeout());
        yield inner.put(put);
      }
    };
  }

  private static ObjectPut somebodyElses(ObjectPut put) {
    var content = new ByteContent("somebody else's".getBytes(StandardCharsets.US_ASCII));
    return new ObjectPut(
        put.key(), content, "text/plain", Map.of("batch", "foreign"), true, put.timeout());
  }

  @Override
  public Optional<ObjectInfo> head(String key, Duration timeout) throws StoreException {
    before(Call.HEAD, "head of " + key, timeout);
    return inner.head(key, timeout);
  }

  @Override
  public InputStream open(String key) throws StoreException {
    before(Call.OPEN, "open of " + key, Duration.ofSeconds(1));
    return inner.open(key);
  }

  @Override
  public List<ObjectInfo> list(String prefix, @Nullable String startAfter) throws StoreException {
    before(Call.LIST, "listing of " + prefix, Duration.ofSeconds(1));
    return inner.list(prefix, startAfter);
  }

  @Override
  public PartSink sink(ObjectUploadRequest request) {
    return new FaultySink(this, inner.sink(request), request);
  }

  @Override
  public int abortUploads(String prefix) throws StoreException {
    before(Call.UPLOAD_ABORT, "clean-up of " + prefix, Duration.ofSeconds(1));
    return inner.abortUploads(prefix);
  }

  /** A call of an upload's with its fault, which may come after the call went through. */
  <T> T upload(Call call, String doing, Duration timeout, StoreCall<T> step) throws StoreException {
    calls.merge(call, 1, Integer::sum);
    beSlow(doing, timeout);
    Fault fault = scripted(call);
    if (fault == Fault.LOST_ANSWER || fault == Fault.HANG_THEN_STORE) {
      if (fault == Fault.HANG_THEN_STORE) {
        pause(doing, timeout);
      }
      step.run();
      throw failure(Kind.UNKNOWN_OUTCOME, doing, fault);
    }
    failIf(fault, doing, timeout);
    return step.run();
  }

  /** One call to the inner store. */
  interface StoreCall<T> {
    T run() throws StoreException;
  }

  private Fault scripted(Call call) {
    Queue<Fault> faults = uploadScripts.get(call);
    Fault fault = faults == null ? null : faults.poll();
    return fault == null ? standing : fault;
  }

  @Override
  public void close() {
    inner.close();
  }

  private void before(Call call, String doing, Duration timeout) throws StoreException {
    calls.merge(call, 1, Integer::sum);
    beSlow(doing, timeout);
    failIf(standing, doing, timeout);
  }

  private void failIf(Fault fault, String doing, Duration timeout) throws StoreException {
    switch (fault) {
      case LOST_REQUEST, LOST_ANSWER -> throw failure(Kind.UNKNOWN_OUTCOME, doing, fault);
      case HANG, HANG_THEN_STORE -> {
        pause(doing, timeout);
        throw failure(Kind.UNKNOWN_OUTCOME, doing, fault);
      }
      case DENIED -> throw failure(Kind.DENIED, doing, fault);
      case NO_BUCKET -> throw failure(Kind.NO_BUCKET, doing, fault);
      case THROTTLED -> throw failure(Kind.THROTTLED, doing, fault);
      case UNAVAILABLE -> throw failure(Kind.UNAVAILABLE, doing, fault);
      case CONFLICT -> throw failure(Kind.CONFLICT, doing, fault);
      case NONE, REFUSES_CONDITIONS, TAKEN -> {}
    }
  }

  private static StoreException failure(Kind kind, String doing, Fault fault) {
    return new StoreException(kind, doing + ": fault " + fault, null);
  }

  private Fault nextFault() {
    Fault scripted = script.poll();
    if (scripted != null) {
      return scripted;
    }
    Dice now = dice;
    if (now == null) {
      return standing;
    }
    synchronized (now) {
      return now.random().nextDouble() < now.share()
          ? now.faults().get(now.random().nextInt(now.faults().size()))
          : Fault.NONE;
    }
  }

  private void beSlow(String doing, Duration timeout) throws StoreException {
    Duration slow = delay;
    if (slow.compareTo(timeout) >= 0) {
      pause(doing, timeout);
      throw new StoreException(Kind.UNKNOWN_OUTCOME, doing + ": slower than its timeout", null);
    }
    pause(doing, slow);
  }

  /** Waits that long, or until {@link #well}. */
  private void pause(String doing, Duration time) throws StoreException {
    lock.lock();
    try {
      int before = cures;
      long leftNanos = time.toNanos();
      while (leftNanos > 0 && cures == before) {
        leftNanos = changed.awaitNanos(leftNanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(Kind.UNKNOWN_OUTCOME, doing + ": interrupted", e);
    } finally {
      lock.unlock();
    }
  }
}
