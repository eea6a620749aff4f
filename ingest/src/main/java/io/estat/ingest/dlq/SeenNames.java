package io.estat.ingest.dlq;

import io.estat.ingest.batch.BatchName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The names that a walk met, 8 bytes each: hashes in sorted runs. A new run swallows the runs
 * before it that are not longer, up to {@value #RUN_MAX} hashes, so that a million names are looked
 * up in some two dozen runs and not in thousands, and no copy ever takes more than half a megabyte.
 * Guarded by the count's monitor.
 */
final class SeenNames {
  private static final int RUN_MIN = 64;
  private static final int RUN_MAX = 1 << 16;

  private final List<long[]> runs = new ArrayList<>();
  private final long[] newest = new long[RUN_MIN];
  private int newestSize;

  void add(long hash) {
    newest[newestSize++] = hash;
    if (newestSize == RUN_MIN) {
      newestSize = 0;
      append(newest.clone());
    }
  }

  private void append(long[] unsorted) {
    long[] run = unsorted;
    while (!runs.isEmpty()
        && runs.getLast().length <= run.length
        && runs.getLast().length + run.length <= RUN_MAX) {
      run = joined(runs.removeLast(), run);
    }
    Arrays.sort(run);
    runs.add(run);
  }

  private static long[] joined(long[] first, long[] second) {
    long[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  boolean contains(long hash) {
    for (int i = 0; i < newestSize; i++) {
      if (newest[i] == hash) {
        return true;
      }
    }
    for (long[] run : runs) {
      if (Arrays.binarySearch(run, hash) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** How many places a look takes. */
  int runs() {
    return runs.size();
  }

  /** FNV-1a, 64 bits: among a million names two are equal once in 37 million folders. */
  static long hash(BatchName name) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < name.text().length(); i++) {
      hash = (hash ^ name.text().charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }
}
