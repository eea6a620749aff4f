package io.estat.etl.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.etl.domain.TableName;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a session of Oracle is asked for; it answers from a list, or fails. */
final class ParallelExecuteTest {
  private static final TableName TABLE = new TableName("SHOP", "ORDERS");

  private final List<String> asked = new ArrayList<>();

  @Test
  void theBeginningsOfItsChunksBoundOneChain() throws SQLException {
    List<String> beginnings =
        ParallelExecute.beginnings(session("none", List.of("AAA", "AAB", "AAC")), TABLE, 1000);

    assertThat(asked)
        .containsExactly(
            ParallelExecute.CREATE,
            ParallelExecute.CUT,
            ParallelExecute.BEGINNINGS,
            ParallelExecute.DROP);
    assertThat(RowidRanges.ofBeginnings("T", 30, beginnings).ranges())
        .extracting(Split.Range::condition)
        .containsExactly(
            "rowid < chartorowid('AAB')",
            "rowid >= chartorowid('AAB') and rowid < chartorowid('AAC')",
            "rowid >= chartorowid('AAC')");
  }

  @Test
  void dropsItsTaskWhateverHappens() {
    for (String failing : List.of(ParallelExecute.CUT, ParallelExecute.BEGINNINGS)) {
      asked.clear();
      assertThatThrownBy(() -> ParallelExecute.beginnings(session(failing, List.of()), TABLE, 1000))
          .isInstanceOf(SQLException.class);
      assertThat(asked).endsWith(ParallelExecute.DROP);
    }
  }

  @Test
  void isNotAskedUnlessItIsAllowed() throws SQLException {
    var info = new TableInfo(TABLE, 100_000, -1, 2);
    SourceSettings settings = SourceSettings.of("jdbc:oracle:thin:@db", "reader", "");
    Dialect cautious = new OracleDialect().of(settings);
    Dialect allowed = new OracleDialect().of(settings.allowing(false, true));

    cautious.split(session("none", List.of()), info, 1000);
    assertThat(asked).doesNotContain(ParallelExecute.CREATE);

    asked.clear();
    Split split = allowed.split(session(ParallelExecute.CUT, List.of()), info, 1000);
    assertThat(asked).contains(ParallelExecute.CREATE, ParallelExecute.DROP);
    assertThat(split.kind()).as("the package refused").isEqualTo("one cursor");
  }

  /**
   * @param failing the statement that is refused
   */
  private Connection session(String failing, List<String> beginnings) {
    return proxy(
        Connection.class,
        (proxy, method, arguments) -> {
          String sql = (String) arguments[0];
          asked.add(sql);
          return proxy(
              PreparedStatement.class,
              (statement, call, values) ->
                  switch (call.getName()) {
                    case "execute" -> {
                      refuse(sql, failing);
                      yield false;
                    }
                    case "executeQuery" -> {
                      refuse(sql, failing);
                      yield rows(sql.equals(ParallelExecute.BEGINNINGS) ? beginnings : List.of());
                    }
                    default -> null;
                  });
        });
  }

  private static void refuse(String sql, String failing) throws SQLException {
    if (sql.equals(failing)) {
      throw new SQLException("ORA-29490: refused", "99999", 29490);
    }
  }

  private static ResultSet rows(List<String> values) {
    Iterator<String> left = values.iterator();
    return proxy(
        ResultSet.class,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "next" -> left.hasNext();
              case "getString" -> left.next();
              default -> null;
            });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
