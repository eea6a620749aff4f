package io.estat.etl.encode;

import io.estat.etl.domain.Numbers;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import org.jspecify.annotations.Nullable;

/**
 * Arrays of H2 as JSON arrays, nested ones too. The class of an element follows from the declared
 * type, so the shape does; times show all nine digits, since the declared ones are not at hand.
 */
final class H2Array {
  private static final int ALL_DIGITS = 9;

  private final boolean quoted;
  private final TextWriter text;
  private final TimeText time;

  H2Array(String column, EncodeOptions options, EncodeCounters counters) {
    quoted = options.numbers() == Numbers.STRING;
    text = new TextWriter(column, options, counters);
    time = new TimeText(ALL_DIGITS, counters);
  }

  void put(Array array, LineBuffer out) throws SQLException {
    var elements = (Object[]) array.getArray();
    out.put('[');
    for (int i = 0; i < elements.length; i++) {
      if (i > 0) {
        out.put(',');
      }
      element(elements[i], out);
    }
    out.put(']');
  }

  private void element(@Nullable Object value, LineBuffer out) throws SQLException {
    switch (value) {
      case null -> out.put(Shape.NULL);
      case Array nested -> put(nested, out);
      case Long number -> exact(BigDecimal.valueOf(number), out);
      case Integer number -> NumberText.put(number, out);
      case Short number -> NumberText.put(number, out);
      case Byte number -> NumberText.put(number, out);
      case BigDecimal number -> exact(number, out);
      case Double number -> NumberText.put(number.doubleValue(), out);
      case Float number -> NumberText.put(number.floatValue(), out);
      case Boolean flag -> out.putAscii(flag.toString());
      case byte[] binary -> BinaryWriter.write(binary, out);
      case LocalDate date -> time.put(date, out);
      case LocalTime local -> time.put(local, out);
      case OffsetTime offset -> time.put(offset, out);
      case LocalDateTime local -> time.put(local, out);
      case OffsetDateTime offset -> time.put(offset, out);
      default -> text.write(value.toString(), out);
    }
  }

  private void exact(BigDecimal number, LineBuffer out) {
    if (quoted) {
      NumberText.putQuoted(number, out);
    } else {
      NumberText.put(number, out);
    }
  }
}
