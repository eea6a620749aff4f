package io.estat.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One line of a table of limits: what was measured against the bounds of the specification.
 *
 * @param what is measured, against what
 * @param measured the figure with its unit, or why there is none
 * @param must what it has to be
 * @param aim what it should be
 * @param verdict whether it is so
 * @param conditions what held while it was measured
 */
public record Figure(
    String what, String measured, String must, String aim, Verdict verdict, String conditions) {
  /** Which bound is reached. */
  public enum Verdict {
    AIM,
    MUST,
    SHORT,
    NOT_MEASURED
  }

  /** A ratio or rate of which more is better. */
  public static Figure atLeast(
      String what, String measured, double value, Bound bound, String conditions) {
    Verdict verdict = verdict(value >= bound.must, value >= bound.aim);
    return bounded(">=", what, measured, verdict, bound, conditions);
  }

  /** A ratio of which less is better. */
  public static Figure atMost(
      String what, String measured, double value, Bound bound, String conditions) {
    Verdict verdict = verdict(value <= bound.must, value <= bound.aim);
    return bounded("<=", what, measured, verdict, bound, conditions);
  }

  /** A size or time of which less is better. */
  public static Figure below(
      String what, String measured, double value, Bound bound, String conditions) {
    Verdict verdict = verdict(value < bound.must, value < bound.aim);
    return bounded("<", what, measured, verdict, bound, conditions);
  }

  private static Figure bounded(
      String sign, String what, String measured, Verdict verdict, Bound bound, String conditions) {
    String must = sign + " " + bound.text(bound.must);
    String aim = sign + " " + bound.text(bound.aim);
    return new Figure(what, measured, must, aim, verdict, conditions);
  }

  /** What is as it has to be, or is not; there is no more to aim at. */
  public static Figure exactly(
      String what, String measured, boolean so, String must, String conditions) {
    return new Figure(what, measured, must, must, verdict(so, so), conditions);
  }

  private static Verdict verdict(boolean must, boolean aim) {
    return aim ? Verdict.AIM : must ? Verdict.MUST : Verdict.SHORT;
  }

  /** What this machine does not have, in a sentence. */
  public static Figure notMeasured(String what, String why) {
    return new Figure(what, "not measured", "", "", Verdict.NOT_MEASURED, why);
  }

  /** Something else than a value was measured, so the value counts for nothing. */
  public Figure butNot(String broken) {
    return new Figure(
        what, measured, must, aim, Verdict.SHORT, "**" + broken + "**; " + conditions);
  }

  /** The bounds of a figure in one unit. */
  public record Bound(double must, double aim, String unit) {
    private String text(double value) {
      String number =
          value == Math.rint(value)
              ? String.format(Locale.ROOT, "%.0f", value)
              : String.format(Locale.ROOT, "%s", value);
      return number + " " + unit;
    }
  }

  /** Whether no bound was missed; what was not measured missed none. */
  public static boolean noneShort(List<Figure> figures) {
    return figures.stream().noneMatch(figure -> figure.verdict == Verdict.SHORT);
  }

  public static String table(List<Figure> figures) {
    return "| | measured | must | aim | reached | conditions |\n|---|---|---|---|---|---|\n"
        + figures.stream().map(Figure::row).collect(Collectors.joining());
  }

  private String row() {
    String reached =
        switch (verdict) {
          case AIM -> "aim";
          case MUST -> "must";
          case SHORT -> "**NO**";
          case NOT_MEASURED -> "-";
        };
    return "| %s | %s | %s | %s | %s | %s |\n"
        .formatted(what, measured, must, aim, reached, conditions);
  }
}
