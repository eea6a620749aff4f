package io.estat.etl.encode;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.testkit.Property;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberTextTest {
  private final LineBuffer out = new LineBuffer(1);

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 9, 10, -10, Long.MAX_VALUE, Long.MIN_VALUE, Integer.MIN_VALUE})
  void writesIntegers(long value) {
    NumberText.put(value, out);
    assertThat(out).hasToString(Long.toString(value));
  }

  @Test
  void writesAnyInteger() {
    Property.forAll(
        10_000,
        random -> random.nextLong() >> random.nextInt(64),
        value -> {
          out.clear();
          NumberText.putQuoted(value, out);
          assertThat(out).hasToString("\"" + value + '"');
        });
  }

  @Test
  void writesAnyFloatSoThatItReadsBack() {
    Property.forAll(
        10_000,
        random -> Double.longBitsToDouble(random.nextLong()),
        value -> {
          out.clear();
          NumberText.put(value.doubleValue(), out);
          assertThat(Double.valueOf(out.toString().replace("\"", ""))).isEqualTo(value);
        });
    Property.forAll(
        10_000,
        random -> Float.intBitsToFloat(random.nextInt()),
        value -> {
          out.clear();
          NumberText.put(value.floatValue(), out);
          assertThat(Float.valueOf(out.toString().replace("\"", ""))).isEqualTo(value);
        });
  }

  @Test
  void writesDecimalsWithoutExponent() {
    NumberText.putQuoted(new BigDecimal("1E+5"), out);
    assertThat(out).hasToString("\"100000\"");
  }

  @Test
  void writesAnyDecimalAsTheJdkDoes() {
    Property.forAll(
        20_000,
        random ->
            BigDecimal.valueOf(random.nextLong() >> random.nextInt(64), random.nextInt(-3, 24)),
        value -> {
          out.clear();
          NumberText.put(value, out);
          assertThat(out).hasToString(value.toPlainString());
        });
  }
}
