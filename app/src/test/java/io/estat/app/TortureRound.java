package io.estat.app;

import io.estat.app.LoadClient.Answers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.BiPredicate;

/**
 * One life of a server under load: what befalls it, and how it ended.
 *
 * @param answers of the load, by id
 */
record TortureRound(Card card, Answers answers, Duration took) {
  enum Ack {
    DISK,
    MEMORY
  }

  /** How a life ends. */
  enum Ending {
    KILL("kill -9 amid it"),
    TERM("SIGTERM amid it"),
    PAUSE("SIGSTOP, SIGCONT, SIGTERM"),
    OUTLIVE("outlived, then SIGTERM");

    private final String text;

    Ending(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** What a round is about. */
  record Card(Ack ack, Trouble trouble, Ending ending) {
    /** Whether the server promises to keep what it has acknowledged. */
    boolean promisesAll() {
      return ack == Ack.DISK || ending != Ending.KILL;
    }

    /**
     * Whether the next life may take events for acknowledged that were refused: it finds them in
     * the journal if the process is killed behind a write that failed, before they are cut off.
     */
    boolean mayKeepRefused() {
      return isKilledWithJournal() && trouble.failsTheJournal();
    }

    boolean isKilledWithJournal() {
      return ack == Ack.DISK && ending == Ending.KILL;
    }
  }

  /**
   * Every card comes once before one comes again, in an order that only the seed decides; those of
   * {@code kill -9} with {@code ACK=disk} are in the deck twice.
   *
   * @param playable whether a trouble can be made here for such a server
   */
  static List<Card> deal(int rounds, Random random, BiPredicate<Trouble, Ack> playable) {
    List<Card> dealt = new ArrayList<>();
    while (dealt.size() < rounds) {
      List<Card> deck = new ArrayList<>();
      for (Ack ack : Ack.values()) {
        for (Trouble trouble : Trouble.values()) {
          if (!playable.test(trouble, ack)) {
            continue;
          }
          for (Ending ending : Ending.values()) {
            Card card = new Card(ack, trouble, ending);
            deck.addAll(Collections.nCopies(card.isKilledWithJournal() ? 2 : 1, card));
          }
        }
      }
      Collections.shuffle(deck, random);
      dealt.addAll(deck);
    }
    return List.copyOf(dealt.subList(0, rounds));
  }
}
