package io.estat.etl.extract;

import io.estat.etl.source.Dialect;
import io.estat.etl.source.Snapshot;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceBehind;
import io.estat.etl.source.Sources;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A database behind a driver with a fault: the sessions of its snapshots come with bent cursors.
 * Everything else is the real source's.
 */
class BentSource implements SourceBehind {
  private static final Dialect ORACLE = Sources.dialect("jdbc:oracle:").orElseThrow();

  private final AtomicInteger sessions = new AtomicInteger();
  private final Source real;
  private final UnaryOperator<ResultSet> fault;
  private final Action beforeSession;
  private IntConsumer fetchSizes = rows -> {};

  private BentSource(Source real, UnaryOperator<ResultSet> fault) {
    this(real, fault, session -> {});
  }

  private BentSource(Source real, UnaryOperator<ResultSet> fault, Action beforeSession) {
    this.real = real;
    this.fault = fault;
    this.beforeSession = beforeSession;
  }

  /** Something that happens to the database meanwhile. */
  interface Action {
    /**
     * @param number of the event, from 1
     */
    void run(int number) throws SQLException;
  }

  /** What happens to the database. */
  interface Event {
    void happen() throws SQLException;
  }

  /** Before a reader gets the session of that number, from 1, something happens. */
  static Source withEventBeforeSession(int session, Event event, Source real) {
    return withActionBeforeSessions(
        number -> {
          if (number == session) {
            event.happen();
          }
        },
        real);
  }

  /** Before a reader gets its session, the database has something else to do. */
  static Source withActionBeforeSessions(Action action, Source real) {
    return new BentSource(real, cursor -> cursor, action);
  }

  /** Tells how many rows each fetch may bring. */
  static Source watchingFetchSizes(IntConsumer watch, Source real) {
    var bent =
        new BentSource(
            real,
            cursor ->
                proxy(
                    ResultSet.class,
                    (proxy, method, arguments) -> {
                      if (method.getName().equals("setFetchSize")) {
                        watch.accept((int) arguments[0]);
                      }
                      return call(method, cursor, arguments);
                    }));
    bent.fetchSizes = watch;
    return bent;
  }

  /** Before the columns of a table are told, the database has something else to do. */
  static Source withActionBeforeColumns(Event action, Source real) {
    return withDialect(
        (proxy, method, arguments) -> {
          if (method.getName().equals("columns")) {
            action.happen();
          }
          return call(method, real.dialect(), arguments);
        },
        real);
  }

  /** Whose points in time can be opened again, as Oracle's can. */
  static Source withLastingSnapshots(Source real) {
    return withDialect(
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "hasDurableSnapshots" -> true;
              case "reopenSnapshot" ->
                  takenAt((Instant) arguments[2], real.dialect().openSnapshot(real, 1));
              default -> call(method, real.dialect(), arguments);
            },
        real);
  }

  /** Which keeps old versions for so long; null: it does not tell this user. */
  static Source keepingOldVersionsFor(@Nullable Duration time, Source real) {
    return withDialect(
        (proxy, method, arguments) -> {
          if (method.getName().equals("of")) {
            return proxy;
          }
          if (!method.getName().equals("undoRetention")) {
            return call(method, real.dialect(), arguments);
          }
          if (time == null) {
            throw new SQLException("ORA-00942: table or view does not exist", "42000", 942);
          }
          return Optional.of(time);
        },
        real);
  }

  private static Source withDialect(InvocationHandler dialect, Source real) {
    return new BentSource(real, cursor -> cursor) {
      @Override
      public Dialect dialect() {
        return proxy(Dialect.class, dialect);
      }
    };
  }

  private static Snapshot takenAt(Instant time, Snapshot snapshot) {
    return proxy(
        Snapshot.class,
        (proxy, method, arguments) ->
            method.getName().equals("takenAt") ? time : call(method, snapshot, arguments));
  }

  /** The first cursors fail in the middle as Oracle's do whose undo was overwritten. */
  static Source losingSnapshots(int cursors, int afterRows, Action onLoss, Source real) {
    var left = new AtomicInteger(cursors);
    var lost = new AtomicInteger();
    return new BentSource(
        real,
        cursor ->
            left.getAndDecrement() > 0
                ? countedCursor(
                    cursor,
                    afterRows,
                    () -> {
                      onLoss.run(lost.incrementAndGet());
                      return new SQLException("ORA-01555: snapshot too old", "72000", 1555);
                    })
                : cursor);
  }

  /** Every cursor over rows ends after so many, as if there were no more. */
  static Source endingCursorsAfter(int rows, Source real) {
    return new BentSource(real, cursor -> countedCursor(cursor, rows, null));
  }

  /** The first cursors fail in the middle, as if the connection were cut. */
  static Source cuttingCursors(int cursors, int afterRows, Source real) {
    var left = new AtomicInteger(cursors);
    return new BentSource(
        real,
        cursor ->
            left.getAndDecrement() > 0
                ? countedCursor(
                    cursor, afterRows, () -> new SQLException("connection cut", "08006"))
                : cursor);
  }

  @Override
  public Source real() {
    return real;
  }

  @Override
  public Dialect dialect() {
    return proxy(
        Dialect.class,
        (proxy, method, arguments) -> {
          if (method.getName().equals("classify")
              && ((SQLException) arguments[0]).getErrorCode() == 1555) {
            return ORACLE.classify((SQLException) arguments[0]);
          }
          Object result = call(method, real.dialect(), arguments);
          return result instanceof Snapshot snapshot ? bend(snapshot) : result;
        });
  }

  private Snapshot bend(Snapshot snapshot) {
    return proxy(
        Snapshot.class,
        (proxy, method, arguments) -> {
          if (method.getName().equals("session")) {
            beforeSession.run(sessions.incrementAndGet());
          }
          Object result = call(method, snapshot, arguments);
          return result instanceof Connection session ? bend(session) : result;
        });
  }

  private Connection bend(Connection session) {
    return proxy(
        Connection.class,
        (proxy, method, arguments) -> {
          Object result = call(method, session, arguments);
          boolean rows =
              result instanceof PreparedStatement
                  && !String.valueOf(arguments[0]).startsWith("select count(*)");
          return rows ? bend((PreparedStatement) result) : result;
        });
  }

  private PreparedStatement bend(PreparedStatement statement) {
    return proxy(
        PreparedStatement.class,
        (proxy, method, arguments) -> {
          if (method.getName().equals("setFetchSize")) {
            fetchSizes.accept((int) arguments[0]);
          }
          Object result = call(method, statement, arguments);
          return result instanceof ResultSet cursor ? fault.apply(cursor) : result;
        });
  }

  private interface Loss {
    SQLException failure() throws SQLException;
  }

  private static ResultSet countedCursor(ResultSet cursor, int rows, @Nullable Loss atTheEnd) {
    var seen = new AtomicInteger();
    return proxy(
        ResultSet.class,
        (proxy, method, arguments) -> {
          if (method.getName().equals("next") && seen.getAndIncrement() >= rows) {
            if (atTheEnd != null) {
              throw atTheEnd.failure();
            }
            return false;
          }
          return call(method, cursor, arguments);
        });
  }

  static Object call(Method method, Object target, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
