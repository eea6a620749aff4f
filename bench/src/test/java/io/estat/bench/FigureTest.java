package io.estat.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.bench.Figure.Bound;
import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTest {
  private static final Bound RATIO = new Bound(2.5, 3.3, "x");
  private static final Bound SIZE = new Bound(450, 300, "MB");

  @Test
  void saysWhichBoundIsReached() {
    assertThat(reached(Figure.atLeast("a", "", 2.4, RATIO, ""))).isEqualTo("**NO**");
    assertThat(reached(Figure.atLeast("a", "", 2.5, RATIO, ""))).isEqualTo("must");
    assertThat(reached(Figure.atLeast("a", "", 3.3, RATIO, ""))).isEqualTo("aim");
    assertThat(reached(Figure.below("a", "", 450, SIZE, ""))).isEqualTo("**NO**");
    assertThat(reached(Figure.below("a", "", 449, SIZE, ""))).isEqualTo("must");
    assertThat(reached(Figure.below("a", "", 299, SIZE, ""))).isEqualTo("aim");
    assertThat(reached(Figure.atMost("a", "", 1.3, new Bound(1.3, 1, "x"), ""))).isEqualTo("must");
    assertThat(reached(Figure.atMost("a", "", 1, new Bound(1.3, 1, "x"), ""))).isEqualTo("aim");
    assertThat(reached(Figure.exactly("a", "3 of 4", false, "all", ""))).isEqualTo("**NO**");
    assertThat(reached(Figure.exactly("a", "4 of 4", true, "all", ""))).isEqualTo("aim");
  }

  @Test
  void saysWhetherOneIsShort() {
    Figure missing = Figure.notMeasured("mariadb", "no mariadbd");
    Figure reached = Figure.atLeast("a", "", 2.5, RATIO, "");
    assertThat(Figure.noneShort(List.of(reached, missing))).isTrue();
    assertThat(Figure.noneShort(List.of(reached, Figure.atLeast("a", "", 2.4, RATIO, ""))))
        .isFalse();
    assertThat(Figure.noneShort(List.of(Figure.atMost("a", "", Double.NaN, RATIO, ""))))
        .as("nothing came of it")
        .isFalse();
  }

  @Test
  void countsForNothingWhereAConditionIsBroken() {
    Figure figure = Figure.atLeast("a", "9 x", 9, RATIO, "3 rows").butNot("values differ");
    assertThat(reached(figure)).isEqualTo("**NO**");
    assertThat(Figure.table(List.of(figure))).contains("**values differ**; 3 rows");
  }

  @Test
  void saysWhatIsNotInstalled() {
    assertThat(Figure.table(List.of(Figure.notMeasured("mariadb", "no mariadbd"))))
        .contains("| mariadb | not measured | ")
        .contains("no mariadbd");
  }

  private static String reached(Figure figure) {
    return Figure.table(List.of(figure))
        .lines()
        .skip(2)
        .findFirst()
        .orElseThrow()
        .split("\\|")[5]
        .strip();
  }
}
