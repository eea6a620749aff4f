package io.estat.storage.gcs;

import com.google.api.client.http.HttpRequest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * One call of the port and its deadline, seen by every request that the library makes for it. The
 * library bounds only connecting and each single read. What a deadline leaves is ended by an
 * interrupt: a call runs in a virtual thread of its own, where an interrupt closes the socket that
 * is waited for. (Disconnecting from outside waits for the lock of whoever reads, for seconds.)
 */
final class Attempt {
  private static final ScopedValue<Attempt> CURRENT = ScopedValue.newInstance();

  private final long deadlineNanos;

  private Attempt(Duration timeout) {
    deadlineNanos = System.nanoTime() + timeout.toNanos();
  }

  /** What a call does in the time that it has. */
  interface Call<T> {
    T run() throws IOException;
  }

  /** Returns after the call has ended, never before it: the bytes it sends are the caller's. */
  static <T> T within(Duration timeout, Call<T> call) throws IOException {
    var attempt = new Attempt(timeout);
    var task =
        new FutureTask<T>(
            () -> ScopedValue.where(CURRENT, attempt).<T, IOException>call(call::run));
    attempt.await(Thread.ofVirtual().name("gcs-call").start(task));
    try {
      return task.get();
    } catch (ExecutionException e) {
      switch (Objects.requireNonNullElse(e.getCause(), e)) {
        case IOException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        default -> throw new IllegalStateException(e);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("a task that has ended was waited for", e);
    }
  }

  /**
   * As the reading of a socket: an interrupt ends it in a virtual thread, which is how the sending
   * of parts is stopped, and is kept for later in any other.
   */
  private void await(Thread call) {
    boolean interrupted = false;
    boolean over = false;
    while (call.isAlive()) {
      try {
        if (over) {
          call.join();
        } else if (!call.join(Duration.ofNanos(deadlineNanos - System.nanoTime()))) {
          over = true;
          call.interrupt();
        }
      } catch (InterruptedException e) {
        interrupted = true;
        if (Thread.currentThread().isVirtual() && !over) {
          over = true;
          call.interrupt();
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Gives a request the time that is left, or without an attempt the store's own timeout. */
  static void bound(HttpRequest request, Duration timeout) throws IOException {
    long leftMillis =
        CURRENT.isBound() ? CURRENT.get().leftMillis() : Math.max(1, timeout.toMillis());
    int millis = (int) Math.min(Integer.MAX_VALUE, leftMillis);
    request.setConnectTimeout(millis).setReadTimeout(millis);
  }

  /**
   * Whether what failed could have gone on.
   *
   * @throws SocketTimeoutException if it failed because the time of the attempt is over
   */
  static void requireTime(IOException failure) throws SocketTimeoutException {
    if (Thread.currentThread().isInterrupted()
        || (CURRENT.isBound() && CURRENT.get().deadlineNanos - System.nanoTime() <= 0)) {
      var over = new SocketTimeoutException("the time of the attempt is over");
      over.initCause(failure);
      throw over;
    }
  }

  private long leftMillis() throws SocketTimeoutException {
    long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    if (left <= 0) {
      throw new SocketTimeoutException("the time of the attempt is over");
    }
    return left;
  }
}
