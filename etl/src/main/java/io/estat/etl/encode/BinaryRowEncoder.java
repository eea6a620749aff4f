package io.estat.etl.encode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Writes rows in PostgreSQL's binary COPY format as lines of JSON. Built once a reader; one thread.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">COPY, Binary Format</a>
 */
public final class BinaryRowEncoder {
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  /** What stands before each value, filled up to whole words: shorter to copy than its length. */
  private final byte[][] names;

  private final int[] nameLengths;
  private final BytesEncoder[] columns;

  /**
   * @param names the names in the lines, one a column
   */
  public BinaryRowEncoder(List<BinaryColumn> plans, List<String> names, EncodeCounters counters) {
    this.names = RowEncoder.keys(names);
    this.nameLengths = new int[plans.size()];
    this.columns = new BytesEncoder[plans.size()];
    for (int i = 0; i < columns.length; i++) {
      nameLengths[i] = this.names[i].length;
      this.names[i] = Arrays.copyOf(this.names[i], (nameLengths[i] + 7) & -Long.BYTES);
      columns[i] = plans.get(i).encoder().apply(counters);
    }
  }

  /** How the columns are read in binary; empty if one of them cannot be. */
  public static Optional<List<BinaryColumn>> columns(List<ColumnPlan> plans) {
    var columns = new ArrayList<BinaryColumn>();
    for (ColumnPlan plan : plans) {
      BinaryColumn column = plan.binary();
      if (column == null) {
        return Optional.empty();
      }
      columns.add(column);
    }
    return Optional.of(columns);
  }

  /**
   * Appends the row whose values begin at {@code from} as one line, line feed included.
   *
   * @return where the row ends
   */
  public int encode(byte[] row, int from, LineBuffer out) throws SQLException {
    int at = from;
    for (int i = 0; i < columns.length; i++) {
      putName(i, out);
      int length = BigEndian.int32(row, at);
      at += Integer.BYTES;
      if (length < 0) {
        out.put(Shape.NULL);
      } else {
        columns[i].put(row, at, at + length, out);
        at += length;
      }
    }
    out.put('}');
    out.put('\n');
    return at;
  }

  private void putName(int column, LineBuffer out) {
    byte[] name = names[column];
    byte[] dst = out.room(name.length);
    int at = out.length();
    for (int i = 0; i < name.length; i += Long.BYTES) {
      EIGHT.set(dst, at + i, (long) EIGHT.get(name, i));
    }
    out.length(at + nameLengths[column]);
  }
}
