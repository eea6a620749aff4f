package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.app.LoadClient.Answers;
import io.estat.app.TortureRound.Ack;
import io.estat.app.TortureRound.Card;
import io.estat.app.TortureRound.Ending;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A torture that could not fail would prove nothing. */
class TortureReportTest {
  private static final Card CALM = new Card(Ack.DISK, Trouble.NONE, Ending.TERM);

  /** Event n, answered so; 0: not at all. */
  private static TortureRound round(Card card, int... statuses) {
    Map<Integer, BitSet> byStatus = new TreeMap<>();
    for (int id = 0; id < statuses.length; id++) {
      byStatus.computeIfAbsent(statuses[id], status -> new BitSet()).set(id);
    }
    var answers = new Answers(byStatus, Duration.ofSeconds(1), List.of(), Duration.ZERO);
    return new TortureRound(card, answers, Duration.ofSeconds(2));
  }

  private static TortureReport report(TortureRound round, int... inTheBucket) {
    BitSet once = new BitSet();
    BitSet more = new BitSet();
    for (int id : inTheBucket) {
      if (once.get(id)) {
        more.set(id);
      }
      once.set(id);
    }
    var landed = new Landed(once, more, inTheBucket.length, List.of());
    return TortureReport.of(2, List.of(round), landed, List.of());
  }

  private static void forEveryCard(Consumer<Card> check) {
    for (Ack ack : Ack.values()) {
      for (Trouble trouble : Trouble.values()) {
        for (Ending ending : Ending.values()) {
          check.accept(new Card(ack, trouble, ending));
        }
      }
    }
  }

  @Test
  void keepsItsPromisesWhereEveryAcknowledgedEventIsThereOnce() {
    TortureReport report = report(round(CALM, 200, 200, 0, 0, 503), 0, 1, 2);
    assertThat(report.promisesKept()).as("%s", report).isTrue();
    assertThat(report.toString())
        .contains("1 of 2 rounds played", "though refused: 0", "no other problem");
  }

  @Test
  void isBrokenByALossUnlessAServerWithMemoryAloneWasKilled() {
    forEveryCard(
        card -> {
          boolean allowed = card.ack() == Ack.MEMORY && card.ending() == Ending.KILL;
          TortureReport report = report(round(card, 200, 200), 0);
          assertThat(report.promisesKept()).as("%s", card).isEqualTo(allowed);
        });
  }

  @Test
  void isBrokenByADoubleWhateverWasAnswered() {
    forEveryCard(
        card -> {
          assertThat(report(round(card, 200, 200), 0, 1, 1).promisesKept())
              .as("%s", card)
              .isFalse();
          assertThat(report(round(card, 200, 0), 0, 1, 1).promisesKept()).as("%s", card).isFalse();
        });
  }

  @Test
  void isBrokenByARefusedEventThatIsThereUnlessAJournalThatFailedWasKilled() {
    forEveryCard(
        card -> {
          boolean allowed =
              card.ack() == Ack.DISK
                  && card.ending() == Ending.KILL
                  && (card.trouble() == Trouble.DISK_FULL
                      || card.trouble() == Trouble.JOURNAL_FULL);
          TortureReport report = report(round(card, 200, 503, 503), 0, 1);
          assertThat(report.promisesKept()).as("%s", card).isEqualTo(allowed);
          assertThat(report.toString())
              .contains("though refused: " + (allowed ? 0 : 1))
              .contains("which may be: " + (allowed ? 1 : 0));
        });
  }

  /** Only what waited for the disk can be in the journal. */
  @ParameterizedTest
  @ValueSource(ints = {-1, 400, 413})
  void isBrokenByAnEventThatIsThereAndWasNoGoodRequest(int status) {
    var card = new Card(Ack.DISK, Trouble.JOURNAL_FULL, Ending.KILL);
    assertThat(report(round(card, 200, status), 0, 1).promisesKept()).isFalse();
  }

  @Test
  void isBrokenByARoundThatAcknowledgedNothing() {
    forEveryCard(
        card -> {
          TortureReport report = report(round(card, 503, 0));
          assertThat(report.promisesKept()).as("%s", card).isFalse();
          assertThat(report.problems())
              .singleElement()
              .asString()
              .contains("nothing was acknowledged");
        });
  }

  @Test
  void isBrokenByAnyOtherProblemAndByNoRoundAtAll() {
    var landed = new Landed(new BitSet(), new BitSet(), 0, List.of());
    assertThat(TortureReport.of(1, List.of(), landed, List.of()).promisesKept()).isFalse();
    landed.once().set(0);
    List<TortureRound> rounds = List.of(round(CALM, 200));
    assertThat(TortureReport.of(1, rounds, landed, List.of()).promisesKept()).isTrue();
    assertThat(TortureReport.of(1, rounds, landed, List.of("exit code 1")).promisesKept())
        .isFalse();
  }
}
