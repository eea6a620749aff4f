package io.estat.storage.gcs;

import com.google.api.client.http.HttpRequest;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One call of the port and its deadline, seen by every request that the library makes for it. The
 * library bounds only connecting and each single read, so what a deadline leaves is cut off by
 * disconnecting.
 */
final class Attempt {
  private static final ScopedValue<Attempt> CURRENT = ScopedValue.newInstance();

  private final long deadlineNanos;
  private final List<HttpURLConnection> connections = new ArrayList<>(); // guarded by this
  private boolean over; // guarded by this

  private Attempt(Duration timeout) {
    deadlineNanos = System.nanoTime() + timeout.toNanos();
  }

  /** What a call does in the time that it has. */
  interface Call<T> {
    T run() throws IOException;
  }

  static <T> T within(Duration timeout, ScheduledExecutorService timer, Call<T> call)
      throws IOException {
    var attempt = new Attempt(timeout);
    Future<?> cut = timer.schedule(attempt::end, timeout.toNanos(), TimeUnit.NANOSECONDS);
    try {
      return ScopedValue.where(CURRENT, attempt).<T, IOException>call(call::run);
    } finally {
      cut.cancel(false);
    }
  }

  /** Gives a request the time that is left, or without an attempt the store's own timeout. */
  static void bound(HttpRequest request, Duration timeout) throws IOException {
    long leftMillis =
        CURRENT.isBound() ? CURRENT.get().leftMillis() : Math.max(1, timeout.toMillis());
    int millis = (int) Math.min(Integer.MAX_VALUE, leftMillis);
    request.setConnectTimeout(millis).setReadTimeout(millis);
  }

  private long leftMillis() throws SocketTimeoutException {
    long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    if (left <= 0) {
      throw new SocketTimeoutException("the time of the attempt is over");
    }
    return left;
  }

  static HttpURLConnection opened(HttpURLConnection connection) throws SocketTimeoutException {
    if (CURRENT.isBound()) {
      CURRENT.get().add(connection);
    }
    return connection;
  }

  private synchronized void add(HttpURLConnection connection) throws SocketTimeoutException {
    if (over) {
      throw new SocketTimeoutException("the time of the attempt is over");
    }
    connections.add(connection);
  }

  /** By threads of their own: disconnecting may wait for whoever reads. */
  private synchronized void end() {
    over = true;
    connections.forEach(connection -> Thread.startVirtualThread(connection::disconnect));
  }
}
