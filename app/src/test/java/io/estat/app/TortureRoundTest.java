package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.app.TortureRound.Ack;
import io.estat.app.TortureRound.Card;
import io.estat.app.TortureRound.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in a torture, on machines on which disks can be mounted and on others. */
class TortureRoundTest {
  private static List<Card> deal(int rounds, long seed, boolean ownDisks) {
    return TortureRound.deal(
        rounds, new Random(seed), (trouble, ack) -> trouble.canBefall(ack, ownDisks));
  }

  private static long count(List<Card> cards, Ack ack, Ending ending) {
    return cards.stream().filter(card -> card.ack() == ack && card.ending() == ending).count();
  }

  private static int defaultOf(String variable) throws IOException {
    String makefile = Files.readString(Papers.ROOT.resolve("Makefile"));
    Matcher value = Pattern.compile("(?m)^" + variable + " = (\\d+)$").matcher(makefile);
    assertThat(value.find()).as(variable).isTrue();
    return Integer.parseInt(value.group(1));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void makeTortureHas200RoundsWithAckDiskAnd50OfThemAreKills(boolean ownDisks) throws IOException {
    List<Card> cards = deal(defaultOf("ROUNDS"), defaultOf("SEED"), ownDisks);
    assertThat(cards).filteredOn(card -> card.ack() == Ack.DISK).hasSizeGreaterThanOrEqualTo(200);
    assertThat(count(cards, Ack.DISK, Ending.KILL)).isGreaterThanOrEqualTo(50);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theShortTortureKillsServersWithAckDiskAndStopsOthers(boolean ownDisks) {
    List<Card> cards = deal(TortureIT.ROUNDS, TortureIT.DEFAULT_SEED, ownDisks);
    assertThat(count(cards, Ack.DISK, Ending.KILL)).isGreaterThanOrEqualTo(3);
    assertThat(cards).anyMatch(card -> card.ending() != Ending.KILL);
    assertThat(cards).anyMatch(card -> card.ack() == Ack.MEMORY);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyCardComesOnceBeforeOneComesAgain(boolean ownDisks) {
    int deck = new HashSet<>(deal(1_000, 1, ownDisks)).size();
    int doubled = ownDisks ? Trouble.values().length : Trouble.values().length - 2;
    assertThat(new HashSet<>(deal(deck + doubled, 7, ownDisks))).hasSize(deck);
  }
}
