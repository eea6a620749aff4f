package io.estat.bench.etl;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.bench.etl.Figure.Bound;
import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTest {
  private static final Bound RATIO = new Bound(2.5, 3.3, "x");
  private static final Bound SIZE = new Bound(450, 300, "MB");

  @Test
  void saysWhichBoundIsReached() {
    assertThat(reached(Figure.atLeast("a", "", 2.4, RATIO, ""))).isEqualTo("**no**");
    assertThat(reached(Figure.atLeast("a", "", 2.5, RATIO, ""))).isEqualTo("must");
    assertThat(reached(Figure.atLeast("a", "", 3.3, RATIO, ""))).isEqualTo("aim");
    assertThat(reached(Figure.below("a", "", 450, SIZE, ""))).isEqualTo("**no**");
    assertThat(reached(Figure.below("a", "", 449, SIZE, ""))).isEqualTo("must");
    assertThat(reached(Figure.below("a", "", 299, SIZE, ""))).isEqualTo("aim");
  }

  @Test
  void countsForNothingWhereAConditionIsBroken() {
    Figure figure = Figure.atLeast("a", "9 x", 9, RATIO, "3 rows").butNot("values differ");
    assertThat(reached(figure)).isEqualTo("**no**");
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
