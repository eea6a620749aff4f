package io.estat.etl.server.events;

import static io.estat.etl.server.events.JobInHand.AT;
import static io.estat.etl.server.events.JobInHand.progress;
import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.domain.JobEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What waits for one client, and what goes when it is too much. */
final class WatcherTest {
  private final Watcher watcher = new Watcher(4, dropped -> {});

  private static Delivery.Event state(int seq) {
    return new Delivery.Event(seq, new JobEvent.ExtractionStarted(AT, "T" + seq, -1));
  }

  private static Delivery.Event passing(int rows) {
    return new Delivery.Event(0, progress("A", rows));
  }

  private List<Delivery> taken() throws InterruptedException {
    var all = new ArrayList<Delivery>();
    for (Delivery next = watcher.take(Duration.ZERO);
        !(next instanceof Delivery.Silence);
        next = watcher.take(Duration.ZERO)) {
      all.add(next);
      if (next instanceof Delivery.End) {
        break;
      }
    }
    return all;
  }

  @Test
  void handsOverInOrder() throws Exception {
    List<Delivery> given = List.of(state(1), passing(1), state(2));
    given.forEach(watcher::offer);
    assertThat(taken()).isEqualTo(given);
  }

  @Test
  void takesNoMoreProgressWhenItIsFull() throws Exception {
    for (int rows = 1; rows <= 100; rows++) {
      watcher.offer(passing(rows));
    }
    assertThat(taken()).containsExactly(passing(1), passing(2), passing(3), passing(4));
  }

  @Test
  void progressMakesRoomForChangesOfState() throws Exception {
    List.of(state(1), passing(1), passing(2), passing(3), state(2)).forEach(watcher::offer);
    assertThat(taken()).containsExactly(state(1), state(2));
    assertThat(watcher.isDropped()).isFalse();
  }

  @Test
  void dropsTheClientRatherThanAChangeOfState() throws Exception {
    for (int seq = 1; seq <= 5; seq++) {
      watcher.offer(state(seq));
    }
    assertThat(watcher.isDropped()).isTrue();
    watcher.offer(state(6));
    assertThat(taken()).containsExactly(new Delivery.End());
  }

  @Test
  void endsAtOnceWhateverWaits() throws Exception {
    watcher.offer(state(1));
    watcher.end();
    assertThat(taken()).containsExactly(new Delivery.End());
    assertThat(watcher.isDropped()).isFalse();
  }
}
