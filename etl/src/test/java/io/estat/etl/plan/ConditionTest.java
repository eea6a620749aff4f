package io.estat.etl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = 1",
        "a = 'it''s; -- (fine'",
        "\"odd ) name\" is not null and (b > 1 or c in (1, 2))",
        "a like 'x\\_y' escape '!'",
        "day >= date '2026-01-01' and qty - -1 > 2",
        "a::text = 'b' and tags$1 = 'c$'",
        "serial# = 3"
      })
  void takesOneExpression(String where) {
    assertThat(Condition.problem(where, false)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "1=1) or (1=1",
        "a = 1; drop table t",
        "a = 1 -- rest",
        "a = 1 /* rest */",
        "a = 'open",
        "a = \"open",
        "(a = 1",
        "a = 1)",
        "a = ?",
        "a = {fn now()}",
        "a = 'x\\' or b = ') -- '",
        "a = E'\\' or b = '",
        "a = q'[' ) or ]'",
        "a = $$ ) $$",
        "a = $x$ ' $x$ or 'b' = '",
        "a = `b ) `",
        "a = 1 \0"
      })
  void refusesWhatCouldLeaveItsParentheses(String where) {
    assertThat(Condition.problem(where, false)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a = 1 # rest", "a = `b", "a = \"x\\\" or b = \") -- \""})
  void refusesWhatOnlyMariaDbReadsThatWay(String where) {
    assertThat(Condition.problem(where, true)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"`odd ) name` = 1", "a = 'it\\\\'"})
  void takesMariaDbsQuotes(String where) {
    assertThat(Condition.problem(where, true)).isEmpty();
  }
}
