package io.estat.bench.etl;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One line of the table: what was measured against the bounds of the specification, E-11.
 *
 * @param what is measured, against what
 * @param measured the figure with its unit, or why there is none
 * @param must what it has to be
 * @param aim what it should be
 * @param verdict whether it is so
 * @param conditions what held while it was measured
 */
record Figure(
    String what, String measured, String must, String aim, Verdict verdict, String conditions) {
  enum Verdict {
    AIM,
    MUST,
    SHORT,
    NOT_MEASURED
  }

  /** A ratio or rate of which more is better. */
  static Figure atLeast(
      String what, String measured, double value, Bound bound, String conditions) {
    return new Figure(
        what,
        measured,
        ">= " + bound.text(bound.must),
        ">= " + bound.text(bound.aim),
        value >= bound.aim ? Verdict.AIM : value >= bound.must ? Verdict.MUST : Verdict.SHORT,
        conditions);
  }

  /** A size of which less is better. */
  static Figure below(String what, String measured, double value, Bound bound, String conditions) {
    return new Figure(
        what,
        measured,
        "< " + bound.text(bound.must),
        "< " + bound.text(bound.aim),
        value < bound.aim ? Verdict.AIM : value < bound.must ? Verdict.MUST : Verdict.SHORT,
        conditions);
  }

  /** What this machine does not have, in a sentence. */
  static Figure notMeasured(String what, String why) {
    return new Figure(what, "not measured", "", "", Verdict.NOT_MEASURED, why);
  }

  /** Something else than a value was measured, so the value counts for nothing. */
  Figure butNot(String broken) {
    return new Figure(
        what, measured, must, aim, Verdict.SHORT, "**" + broken + "**; " + conditions);
  }

  /** The bounds of a figure in one unit. */
  record Bound(double must, double aim, String unit) {
    private String text(double value) {
      String number =
          value == Math.rint(value)
              ? String.format(Locale.ROOT, "%.0f", value)
              : String.format(Locale.ROOT, "%s", value);
      return number + " " + unit;
    }
  }

  static String table(List<Figure> figures) {
    return "| | measured | must | aim | reached | conditions |\n|---|---|---|---|---|---|\n"
        + figures.stream().map(Figure::row).collect(Collectors.joining());
  }

  private String row() {
    String reached =
        switch (verdict) {
          case AIM -> "aim";
          case MUST -> "must";
          case SHORT -> "**no**";
          case NOT_MEASURED -> "-";
        };
    return "| %s | %s | %s | %s | %s | %s |%n"
        .formatted(what, measured, must, aim, reached, conditions);
  }
}
