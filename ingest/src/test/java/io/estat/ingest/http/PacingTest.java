package io.estat.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Against two kinds of clients: those that send whatever happens, and those that wait. */
class PacingTest {
  private static final long MICRO = 1_000;
  private static final long PAUSE = 500 * MICRO;
  private static final long WORK_AN_EVENT = 5 * MICRO;
  private static final long SECOND = 1_000_000 * MICRO;

  private long now;
  private long paused;
  private long asks;
  private long events;
  private final Pacing pacing = new Pacing(0);

  /** So many a second come, whoever waits for them. */
  private void open(long perSecond, long until) {
    double due = 0;
    long last = now;
    while (now < until) {
      ask();
      due += (double) (now - last) * perSecond / SECOND;
      last = now;
      if (due < 1) { // the loop sleeps until one is there
        now += (long) ((1 - due) * SECOND / perSecond) + 1;
        due = 1;
        last = now;
      }
      due -= served((int) due);
    }
  }

  /** So many, and each sends again {@code delay} after its answer. */
  private void closed(int clients, long delay, long until) {
    while (now < until) {
      ask();
      now += delay;
      served(clients);
    }
  }

  private void ask() {
    asks++;
    if (pacing.isOn()) {
      paused++;
      now += PAUSE;
    }
  }

  private int served(int count) {
    now += count * WORK_AN_EVENT;
    events += count;
    pacing.asked(count, now);
    return count;
  }

  @Test
  void pausesWhereManyComeWhateverHappens() {
    open(10_000, 10 * SECOND);
    assertThat(events).isBetween(99_000L, 101_000L);
    assertThat(asks).as("wake-ups for a hundred thousand events").isLessThan(25_000);
  }

  @Test
  void doesNotWaitForClientsThatWait() {
    for (int clients : new int[] {1, 2, 4, 8, 12, 15}) {
      long from = now;
      long before = events;
      closed(clients, 20 * MICRO, from + 10 * SECOND);
      double best = (double) SECOND / (20 * MICRO + clients * WORK_AN_EVENT) * clients;
      assertThat((events - before) / 10.0).as("%s clients", clients).isGreaterThan(0.95 * best);
    }
  }

  @Test
  void doesNotWaitWhereAPauseBringsOneEvent() {
    open(1_000, 10 * SECOND);
    assertThat(paused).isLessThan(asks / 10);
  }

  @Test
  void findsOutWhenTheLoadChanges() {
    closed(4, 20 * MICRO, 10 * SECOND);
    open(10_000, now + 20 * SECOND);
    paused = 0;
    asks = 0;
    open(10_000, now + 5 * SECOND);
    assertThat(paused).isGreaterThan(asks * 8 / 10);
    closed(4, 20 * MICRO, now + 5 * SECOND);
    paused = 0;
    asks = 0;
    closed(4, 20 * MICRO, now + 5 * SECOND);
    assertThat(paused).isLessThan(asks / 100);
  }
}
