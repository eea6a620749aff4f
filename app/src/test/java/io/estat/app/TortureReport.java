package io.estat.app;

import io.estat.app.TortureRound.Ack;
import io.estat.app.TortureRound.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * What became of the events of all rounds.
 *
 * @param dealt rounds that were to be played
 * @param rounds that were played
 * @param lines each round is in three: its ending's, its trouble's, and the sum of its ACK
 * @param strangers events in the bucket that were neither acknowledged nor left without an answer
 * @param keptRefused the same where it is allowed: see {@link TortureRound.Card#mayKeepRefused}
 * @param problems what else went wrong, such as an exit code or a sum in the metrics
 */
record TortureReport(
    int dealt,
    List<TortureRound> rounds,
    List<Line> lines,
    int strangers,
    int keptRefused,
    List<String> problems) {
  /**
   * Some rounds together.
   *
   * @param lost acknowledged and not in the bucket, though promised
   * @param lostInMemory the same of {@code kill -9} with {@code ACK=memory}, which promises nothing
   * @param doubled in the bucket more than once
   */
  record Line(
      String ack,
      String fault,
      int rounds,
      int kills,
      long acknowledged,
      long lost,
      long lostInMemory,
      long doubled,
      Duration took) {
    private static final String FORMAT =
        "| %-6s | %-28s | %6s | %7s | %12s | %4s | %14s | %7s | %7s |%n";

    private static Line of(String ack, String fault, List<TortureRound> rounds, Landed landed) {
      long acknowledged = 0;
      long lost = 0;
      long lostInMemory = 0;
      long doubled = 0;
      int kills = 0;
      Duration took = Duration.ZERO;
      for (TortureRound round : rounds) {
        BitSet accepted = round.answers().accepted();
        acknowledged += accepted.cardinality();
        int missing = landed.missing(accepted);
        if (round.card().promisesAll()) {
          lost += missing;
        } else {
          lostInMemory += missing;
        }
        for (BitSet ids : round.answers().byStatus().values()) {
          BitSet more = (BitSet) ids.clone();
          more.and(landed.more());
          doubled += more.cardinality();
        }
        kills += round.card().ending() == Ending.KILL ? 1 : 0;
        took = took.plus(round.took());
      }
      return new Line(
          ack, fault, rounds.size(), kills, acknowledged, lost, lostInMemory, doubled, took);
    }

    @Override
    public String toString() {
      return FORMAT.formatted(
          ack, fault, rounds, kills, acknowledged, lost, lostInMemory, doubled, took.toSeconds());
    }
  }

  static TortureReport of(
      int dealt, List<TortureRound> rounds, Landed landed, List<String> problems) {
    List<String> all = new ArrayList<>(problems);
    BitSet strangers = (BitSet) landed.once().clone();
    int keptRefused = 0;
    for (TortureRound round : rounds) {
      strangers.andNot(round.answers().accepted());
      strangers.andNot(round.answers().unknown());
      if (round.card().mayKeepRefused()) {
        int others = strangers.cardinality();
        strangers.andNot(round.answers().refused());
        keptRefused += others - strangers.cardinality();
      }
      if (round.answers().accepted().isEmpty()) { // each begins with store and disk well
        all.add("nothing was acknowledged in a round of " + round.card());
      }
    }
    return new TortureReport(
        dealt,
        List.copyOf(rounds),
        lines(rounds, landed),
        strangers.cardinality(),
        keptRefused,
        List.copyOf(all));
  }

  private static List<Line> lines(List<TortureRound> rounds, Landed landed) {
    List<Line> lines = new ArrayList<>();
    for (Ack ack : Ack.values()) {
      String name = ack.name().toLowerCase(Locale.ROOT);
      List<TortureRound> all = only(rounds, round -> round.card().ack() == ack);
      for (Ending ending : Ending.values()) {
        lines.add(
            Line.of(
                name,
                ending.toString(),
                only(all, round -> round.card().ending() == ending),
                landed));
      }
      for (Trouble trouble : Trouble.values()) {
        lines.add(
            Line.of(
                name,
                trouble.toString(),
                only(all, round -> round.card().trouble() == trouble),
                landed));
      }
      lines.add(Line.of(name, "all", all, landed));
    }
    lines.removeIf(line -> line.rounds() == 0);
    return List.copyOf(lines);
  }

  private static List<TortureRound> only(
      List<TortureRound> rounds, Predicate<TortureRound> wanted) {
    return rounds.stream().filter(wanted).toList();
  }

  int diskRounds() {
    return only(rounds, round -> round.card().ack() == Ack.DISK).size();
  }

  /** Rounds whose server had promised the most and was given the least time. */
  int diskKills() {
    return only(rounds, round -> round.card().isKilledWithJournal()).size();
  }

  /**
   * Nothing lost that was promised, nothing doubled, nothing there that was refused, and no other
   * problem. Whether all rounds were played is another question, but one was.
   */
  boolean promisesKept() {
    return problems.isEmpty()
        && !rounds.isEmpty()
        && strangers == 0
        && lines.stream().allMatch(line -> line.lost() == 0 && line.doubled() == 0);
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    text.append(
        Line.FORMAT.formatted(
            "ACK",
            "fault",
            "rounds",
            "kill -9",
            "acknowledged",
            "lost",
            "lost in memory",
            "doubled",
            "seconds"));
    text.append("|---|---|---|---|---|---|---|---|---|\n");
    lines.forEach(text::append);
    text.append(
        "\n%d of %d rounds played, %d of them with ACK=disk, %d of these kill -9\n"
            .formatted(rounds.size(), dealt, diskRounds(), diskKills()));
    text.append("in the bucket, though refused: ").append(strangers).append('\n');
    text.append("the same of rounds killed while the journal failed, which may be: ");
    text.append(keptRefused).append('\n');
    text.append(problems.isEmpty() ? "no other problem\n" : String.join("\n", problems) + "\n");
    return text.toString();
  }
}
