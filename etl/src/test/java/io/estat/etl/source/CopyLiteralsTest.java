package io.estat.etl.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class CopyLiteralsTest {
  @Test
  void leavesSqlWithoutBindsAsItIs() {
    assertThat(CopyLiterals.inlined("t where (a = '?')", List.of())).contains("t where (a = '?')");
  }

  @Test
  void writesNumbersWithTheTypeThatTheirBindHas() {
    assertThat(
            CopyLiterals.inlined(
                "t where a >= ? and a < ? and b", List.of(-5L, new BigDecimal("1E+20"))))
        .contains("t where a >= (-5)::int8 and a < (100000000000000000000)::numeric and b");
  }

  @Test
  void refusesWhatMayNotBeTheMarkOfABind() {
    assertThat(CopyLiterals.inlined("t where \"a?\" < ?", List.of(1L))).isEmpty();
    assertThat(CopyLiterals.inlined("t where a < 1", List.of(1L))).isEmpty();
  }

  @Test
  void refusesValuesThatNeedQuotes() {
    assertThat(CopyLiterals.inlined("t where a < ?", List.of("x"))).isEmpty();
  }
}
