package io.estat.etl.source;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/**
 * A database behind a pooler in transaction mode: whoever is in no transaction gets, with each
 * statement, the server session that is next.
 */
final class TransactionPooler implements SourceBehind {
  private final Source real;
  private final boolean lastFirst;
  private final Deque<Connection> free = new ConcurrentLinkedDeque<>();
  private final List<Connection> all = new ArrayList<>();
  private final Map<Connection, Boolean> held =
      Collections.synchronizedMap(new IdentityHashMap<>());

  /**
   * @param lastFirst whether the session that was used last is used next
   */
  TransactionPooler(Source real, int sessions, boolean lastFirst) throws SQLException {
    this.real = real;
    this.lastFirst = lastFirst;
    for (int i = 0; i < sessions; i++) {
      all.add(real.connection());
    }
    free.addAll(all);
  }

  @Override
  public Source real() {
    return real;
  }

  /** Server sessions that a client holds. */
  int held() {
    return held.size();
  }

  @Override
  public Connection connection() {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            new Client()::call);
  }

  @Override
  public void close() {
    for (Connection session : all) {
      try {
        session.close();
      } catch (SQLException e) {
        throw new AssertionError(e);
      }
    }
  }

  private final class Client {
    private @Nullable Connection taken;
    private boolean inTransaction;

    @Nullable Object call(Object proxy, Method method, Object @Nullable [] arguments)
        throws Throwable {
      boolean begins =
          method.getName().equals("setAutoCommit")
              && arguments != null
              && arguments[0].equals(false);
      boolean ends = List.of("commit", "rollback", "close").contains(method.getName());
      Connection session = taken == null ? take() : taken;
      inTransaction = (inTransaction || begins) && !ends;
      try {
        return method.getName().equals("close") ? null : forward(session, method, arguments);
      } finally {
        if (!inTransaction) {
          giveBack(session);
        }
      }
    }

    private Connection take() {
      Connection next = free.removeFirst();
      held.put(next, true);
      taken = next;
      return next;
    }

    private @Nullable Object forward(
        Connection session, Method method, Object @Nullable [] arguments) throws Throwable {
      try {
        boolean idle = method.getName().equals("rollback") && session.getAutoCommit();
        return idle ? null : method.invoke(session, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause() == null ? e : e.getCause();
      }
    }

    /** A statement that was just made goes on there, which is good enough for one answer. */
    private void giveBack(Connection session) throws SQLException {
      if (!session.getAutoCommit()) {
        session.rollback();
        session.setAutoCommit(true);
      }
      taken = null;
      held.remove(session);
      if (lastFirst) {
        free.addFirst(session);
      } else {
        free.addLast(session);
      }
    }
  }
}
