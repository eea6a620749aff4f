package io.estat.etl.encode;

import java.sql.SQLException;
import java.util.Arrays;

/**
 * Arrays of PostgreSQL as JSON arrays, of any number of dimensions, elements written like values of
 * their own type. Lower bounds other than 1 are not kept. One thread.
 *
 * @see <a href="https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO">Array Input and
 *     Output Syntax</a>
 */
final class PostgresArray implements BytesEncoder {
  private final BytesEncoder element;
  private final byte delimiter;
  private byte[] unescaped = new byte[64];

  PostgresArray(BytesEncoder element, char delimiter) {
    this.element = element;
    this.delimiter = (byte) delimiter;
  }

  @Override
  public void put(byte[] text, int from, int to, LineBuffer out) throws SQLException {
    int i = behindBounds(text, from);
    while (i < to) {
      byte b = text[i];
      if (b == '{') {
        out.put('[');
        i++;
      } else if (b == '}') {
        out.put(']');
        i++;
      } else if (b == delimiter) {
        out.put(',');
        i++;
      } else {
        i = b == '"' ? quoted(text, i + 1, out) : plain(text, i, out);
      }
    }
  }

  /** Bounds that are not the usual ones come first: {@code [0:1][2:3]={{1,2},{3,4}}}. */
  private static int behindBounds(byte[] text, int from) {
    int i = from;
    while (text[i] != '{') {
      i++;
    }
    return i;
  }

  private int plain(byte[] text, int from, LineBuffer out) throws SQLException {
    int end = from;
    while (text[end] != delimiter && text[end] != '}') {
      end++;
    }
    if (isNull(text, from, end)) { // the text "NULL" would be quoted
      out.put(Shape.NULL);
    } else {
      element.put(text, from, end, out);
    }
    return end;
  }

  private int quoted(byte[] text, int from, LineBuffer out) throws SQLException {
    int i = from;
    int length = 0;
    while (text[i] != '"') {
      if (text[i] == '\\') {
        i++;
      }
      if (length == unescaped.length) {
        unescaped = Arrays.copyOf(unescaped, length * 2);
      }
      unescaped[length++] = text[i++];
    }
    element.put(unescaped, 0, length, out);
    return i + 1;
  }

  private static boolean isNull(byte[] text, int from, int end) {
    return end - from == 4
        && text[from] == 'N'
        && text[from + 1] == 'U'
        && text[from + 2] == 'L'
        && text[from + 3] == 'L';
  }
}
