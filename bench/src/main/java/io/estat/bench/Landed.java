package io.estat.bench;

import java.util.BitSet;

/** The ids that were found in a bucket, line by line. */
final class Landed {
  private final BitSet ids = new BitSet();
  private long lines;
  private long doubled;
  private long unknown;

  /**
   * @param id of the event, or -1 if the line has none
   */
  void line(int id) {
    lines++;
    if (id < 0) {
      unknown++;
    } else if (ids.get(id)) {
      doubled++;
    } else {
      ids.set(id);
    }
  }

  long lines() {
    return lines;
  }

  /** How many of these are not there. */
  long missing(BitSet accepted) {
    BitSet missing = (BitSet) accepted.clone();
    missing.andNot(ids);
    return missing.cardinality();
  }

  /** Lines that are there a second time, or are not the load's. */
  long surplus() {
    return doubled + unknown;
  }

  /** Ids that are there although their requests were not answered 200. */
  long unanswered(BitSet accepted) {
    BitSet more = (BitSet) ids.clone();
    more.andNot(accepted);
    return more.cardinality();
  }
}
