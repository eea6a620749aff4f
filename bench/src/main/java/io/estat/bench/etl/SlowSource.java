package io.estat.bench.etl;

import io.estat.etl.encode.EncodeCounters;
import io.estat.etl.encode.LineBuffer;
import io.estat.etl.source.Dialect;
import io.estat.etl.source.RowCursor;
import io.estat.etl.source.RowQuery;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceSettings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A database that is far away: every fetch of {@value #FETCH_ROWS} rows takes {@value
 * #LATENCY_MILLIS} ms more. It knows how long its cursors were open, which is how long workers had
 * something to do.
 */
final class SlowSource implements Source {
  static final int FETCH_ROWS = 1000;
  static final int LATENCY_MILLIS = 5;

  private final Source real;
  private final AtomicLong first = new AtomicLong(Long.MAX_VALUE);
  private final AtomicLong last = new AtomicLong(Long.MIN_VALUE);
  private final AtomicLong busyNanos = new AtomicLong();

  SlowSource(Source real) {
    this.real = real;
  }

  /** The part of their time that so many workers had no cursor open, from the first to the last. */
  double idle(int workers) {
    return 1 - busyNanos.get() / ((double) workers * (last.get() - first.get()));
  }

  @Override
  public Dialect dialect() {
    return (Dialect)
        Proxy.newProxyInstance(
            Dialect.class.getClassLoader(),
            new Class<?>[] {Dialect.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("rows")) {
                return new SlowCursor(
                    real.dialect()
                        .rows(
                            (Connection) arguments[0],
                            (RowQuery) arguments[1],
                            (EncodeCounters) arguments[2]));
              }
              try {
                return method.invoke(real.dialect(), arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Override
  public SourceSettings settings() {
    return real.settings();
  }

  @Override
  public Connection connection() throws SQLException {
    return real.connection();
  }

  @Override
  public void close() {
    real.close();
  }

  private final class SlowCursor implements RowCursor {
    private final RowCursor near;
    private final long opened = System.nanoTime();
    private int fetched;

    SlowCursor(RowCursor near) {
      this.near = near;
      first.accumulateAndGet(opened, Math::min);
    }

    @Override
    public void fetchRows(int rows) throws SQLException {
      near.fetchRows(rows);
    }

    @Override
    public boolean next(LineBuffer out) throws SQLException {
      if (fetched == 0) {
        answerLate();
        fetched = FETCH_ROWS;
      }
      fetched--;
      return near.next(out);
    }

    private static void answerLate() {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LATENCY_MILLIS);
      for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
    }

    @Override
    public long count() throws SQLException {
      return near.count();
    }

    @Override
    public void cancel() {
      near.cancel();
    }

    @Override
    public void close() throws SQLException {
      long now = System.nanoTime();
      busyNanos.addAndGet(now - opened);
      last.accumulateAndGet(now, Math::max);
      near.close();
    }
  }
}
