package io.estat.ingest.dlq;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.Time;
import io.estat.ingest.disk.Disk.Listing;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds files to retry or to evict by reading the folder piecewise: at most {@value
 * #ENTRIES_AT_ONCE} entries at once, sorted by the time in their names, and worked off before the
 * next are read. So neither time nor memory of an attempt grows with the folder. Where the last
 * reading stopped the next goes on; at the end of the folder a new pass begins, or, if a whole pass
 * brought nothing into the bucket, a rest of 1 s, 2 s, ... 60 s.
 *
 * <p>What failed is not tried again before the others of its window. If nothing went into the store
 * meanwhile, what failed for the store goes round once more before the next window is read, and
 * twice, four, up to {@value #MAX_ROUNDS} times in the windows after that: so an outage of a day
 * opens a few thousand old files and not all, and files that only seem to fail for the store are
 * passed. A sign that the store is well ends a round. While the scan rests it goes round, too.
 *
 * <p>Leftovers of crashes are deleted as they are met. Guarded by the queue's lock.
 */
final class FolderScan {
  static final int ENTRIES_AT_ONCE = 1000;
  static final int MAX_ROUNDS = 16;
  private static final int READINGS_FOR_OLDEST = 3;
  private static final long REST_MIN_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long REST_MAX_NANOS = Duration.ofSeconds(60).toNanos();
  private static final Comparator<BatchName> OLDEST_FIRST =
      Comparator.comparingLong(BatchName::unixSeconds).thenComparing(BatchName::text);

  private final DlqFiles files;
  private final Predicate<BatchName> busy;
  private final Time time;

  private final TreeSet<BatchName> fresh = new TreeSet<>(OLDEST_FIRST);

  /** Tried in this window: the store failed. */
  private final TreeSet<BatchName> untaken = new TreeSet<>(OLDEST_FIRST);

  /** Tried in this window: failed for a reason of their own. */
  private final TreeSet<BatchName> faulty = new TreeSet<>(OLDEST_FIRST);

  private boolean storeIsWell;
  private int rounds;
  private int roundsAllowed = 1;

  private @Nullable Listing listing;
  private boolean passBrought = true;
  private boolean resting;
  private long restNanos;
  private long restUntilNanos;

  /**
   * @param busy names whose files somebody is working on: they are neither found nor cleaned up
   */
  FolderScan(DlqFiles files, Predicate<BatchName> busy, Time time) {
    this.files = files;
    this.busy = busy;
    this.time = time;
  }

  /** Sees to it that the window holds something to try, as far as one reading can. */
  void look() throws IOException {
    if (!fresh.isEmpty() || (rounds < roundsAllowed && goRound())) {
      return;
    }
    if (isResting()) {
      goRound();
    } else {
      nextWindow();
    }
  }

  /** Takes the next file to try out of the window; null if it is worked off. */
  @Nullable BatchName next() {
    return fresh.pollFirst();
  }

  /** The oldest file that is known, tried or not; reads on if none is known. */
  @Nullable BatchName oldest() throws IOException {
    // The first reading may meet the end of a pass, or nothing but metas.
    for (int i = 0; i < READINGS_FOR_OLDEST && oldestInWindow() == null; i++) {
      nextWindow();
    }
    return oldestInWindow();
  }

  /** The oldest file that is known, tried or not. */
  @Nullable BatchName oldestInWindow() {
    return Stream.of(fresh, untaken, faulty)
        .filter(names -> !names.isEmpty())
        .map(TreeSet::first)
        .min(OLDEST_FIRST)
        .orElse(null);
  }

  void forget(BatchName name) {
    fresh.remove(name);
    untaken.remove(name);
    faulty.remove(name);
  }

  void succeeded() {
    storeIsWell = true;
    wake();
  }

  /** The store took something of others: what it did not take before may be tried once more. */
  void storeIsWell() {
    if (!storeIsWell) {
      storeIsWell = true;
      fresh.addAll(untaken);
      untaken.clear();
    }
  }

  void failed(BatchName name, boolean forTheStore) {
    (forTheStore ? untaken : faulty).add(name);
  }

  /** Something is new in the folder. */
  void wake() {
    passBrought = true;
    resting = false;
    restNanos = 0;
  }

  /** Whether the whole folder was read and nothing is left of it to try now. */
  boolean isAtEnd() {
    return listing == null && fresh.isEmpty();
  }

  private boolean goRound() {
    if (untaken.isEmpty() || storeIsWell) {
      return false;
    }
    fresh.addAll(untaken);
    untaken.clear();
    rounds++;
    return true;
  }

  private boolean isResting() {
    if (listing != null || passBrought) {
      return false;
    }
    if (!resting) {
      resting = true;
      restNanos = Math.clamp(2 * restNanos, REST_MIN_NANOS, REST_MAX_NANOS);
      restUntilNanos = time.nanos() + restNanos;
    }
    return time.nanos() - restUntilNanos < 0;
  }

  private void nextWindow() throws IOException {
    leaveWindow();
    List<BatchName> metas = new ArrayList<>();
    Set<BatchName> seen = new HashSet<>();
    Listing from = listing;
    if (from == null) {
      from = files.list();
      listing = from;
      passBrought = false;
      resting = false;
    }
    for (int i = 0; i < ENTRIES_AT_ONCE; i++) {
      String fileName = nextOf(from);
      if (fileName == null) {
        close();
        break;
      }
      DlqEntry entry = DlqEntry.of(fileName).orElse(null);
      // The order matters: what is not busy now was complete, or a leftover, before it was listed.
      if (entry == null || busy.test(entry.name())) {
        continue;
      }
      switch (entry.kind()) {
        case DATA -> seen.add(entry.name());
        case META -> metas.add(entry.name());
        case TEMPORARY -> cleanUp(() -> files.delete(fileName));
      }
    }
    fresh.addAll(seen);
    for (BatchName meta : metas) {
      if (!seen.contains(meta)) {
        cleanUp(() -> deleteOrphan(meta));
      }
    }
  }

  private void leaveWindow() {
    if (storeIsWell) {
      roundsAllowed = 1;
    } else if (!untaken.isEmpty()) {
      roundsAllowed = Math.min(2 * roundsAllowed, MAX_ROUNDS);
    }
    untaken.clear();
    faulty.clear();
    storeIsWell = false;
    rounds = 0;
  }

  private @Nullable String nextOf(Listing from) throws IOException {
    try {
      return from.next();
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private void deleteOrphan(BatchName meta) throws IOException {
    if (files.size(meta) < 0) {
      files.deleteMeta(meta);
    }
  }

  private interface CleaningUp {
    void run() throws IOException;
  }

  private static void cleanUp(CleaningUp leftover) {
    try {
      leftover.run();
    } catch (IOException staysUntilTheNextPass) {
      // A leftover takes room and nothing else; what cannot be deleted must not stop the scan.
    }
  }

  void close() throws IOException {
    Listing open = listing;
    listing = null;
    if (open != null) {
      open.close();
    }
  }
}
