package io.estat.bench;

import io.estat.testkit.FlakyProxy.Manner;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What the store of a soak is like, seen through the proxy before it. */
enum SoakStore {
  WELL(Manner.PASS),

  /** There, but every answer comes two seconds late. */
  BUSY(Manner.LATE),

  /** Every connection ends at once, those that are open too. */
  AWAY(Manner.AWAY);

  /** Of the time of the load, a part each. */
  private static final List<SoakStore> FIFTHS = List.of(WELL, BUSY, AWAY, WELL, WELL);

  private final Manner manner;

  SoakStore(Manner manner) {
    this.manner = manner;
  }

  Manner manner() {
    return manner;
  }

  /** A part of the time in which the store does not change. */
  record Part(Duration from, Duration to, SoakStore store) {
    boolean has(Duration moment) {
      return moment.compareTo(from) >= 0 && moment.compareTo(to) < 0;
    }
  }

  static List<Part> parts(Duration length) {
    Part[] parts = new Part[FIFTHS.size()];
    for (int i = 0; i < parts.length; i++) {
      parts[i] =
          new Part(
              length.multipliedBy(i).dividedBy(parts.length),
              length.multipliedBy(i + 1L).dividedBy(parts.length),
              FIFTHS.get(i));
    }
    return List.of(parts);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
