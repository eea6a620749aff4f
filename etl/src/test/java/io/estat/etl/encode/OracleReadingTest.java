package io.estat.etl.encode;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.domain.Column;
import java.io.Reader;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import oracle.jdbc.OracleResultSet;
import oracle.sql.NUMBER;
import org.junit.jupiter.api.Test;

/** How a row of Oracle's driver is touched: it streams, and what it has passed is closed. */
final class OracleReadingTest {
  private final List<String> calls = new ArrayList<>();
  private final AtomicInteger reads = new AtomicInteger();

  @Test
  void readsColumnsInTheOrderOfTheSelectAndEachOnce() throws Exception {
    String line = line("NUMBER", "LONG", "VARCHAR2", "CLOB", "NUMBER");

    assertThat(line)
        .isEqualTo("{\"C1\":1,\"C2\":\"xxxx\",\"C3\":\"text\",\"C4\":\"xxxx\",\"C5\":1}\n");
    assertThat(calls)
        .containsExactly(
            "getOracleObject 1",
            "getCharacterStream 2",
            "getString 3",
            "getCharacterStream 4",
            "getOracleObject 5");
  }

  @Test
  void readsALobAsOneStreamInLargePieces() throws Exception {
    length = 4_000_000;

    assertThat(line("CLOB")).hasSize(length + 10);

    assertThat(calls).containsExactly("getCharacterStream 1");
    assertThat(reads.get()).isLessThanOrEqualTo(length / 1024);
  }

  private int length = 4;

  private String line(String... types) throws Exception {
    var columns = new ArrayList<ColumnPlan>();
    var names = new ArrayList<String>();
    for (int i = 0; i < types.length; i++) {
      names.add("C" + (i + 1));
      boolean number = types[i].equals("NUMBER");
      var column = new Column(names.get(i), types[i], number ? 1 : -1, number ? 0 : -1, false);
      columns.add(new OracleTypes().plan(column, names.get(i), EncodeOptions.DEFAULTS));
    }
    var out = new LineBuffer(100);
    new RowEncoder(columns, names, new EncodeCounters()).encode(row(), out);
    return new String(out.array(), 0, out.length(), StandardCharsets.UTF_8);
  }

  private ResultSet row() {
    return (ResultSet)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {OracleResultSet.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("unwrap")) {
                return proxy;
              }
              if (method.getName().equals("wasNull")) {
                return false;
              }
              calls.add(method.getName() + " " + arguments[0]);
              return switch (method.getName()) {
                case "getOracleObject" -> new NUMBER(1);
                case "getString" -> "text";
                case "getCharacterStream" -> text();
                default -> throw new UnsupportedOperationException(method.getName());
              };
            });
  }

  private Reader text() {
    return new Reader() {
      private int left = length;

      @Override
      public int read(char[] into, int from, int most) {
        reads.incrementAndGet();
        int count = Math.min(left, most);
        left -= count;
        Arrays.fill(into, from, from + count, 'x');
        return count == 0 ? -1 : count;
      }

      @Override
      public void close() {}
    };
  }
}
