package io.estat.ingest.journal;

import java.io.IOException;
import java.io.InputStream;
import java.util.BitSet;
import java.util.zip.CRC32C;

/**
 * Which groups of a journal file are whole. A group is written only when the one before is synced,
 * so a crash tears the last group at most: a group that is not whole, with anything behind it, was
 * whole once.
 *
 * @param groups how many there are, a torn one at the end not counted
 * @param damaged those of them that are not whole: no crash leaves that
 * @param events lines of the whole groups
 * @param tornBytes of the torn group at the end, which was never acknowledged
 */
record JournalCheck(int groups, BitSet damaged, long events, long tornBytes) {
  static JournalCheck of(InputStream in) throws IOException {
    var groups = new Groups();
    JournalReader.read(in, groups);
    return groups.check();
  }

  /** Whether the group with this number, counted from 0, is to be kept. */
  boolean keeps(int group) {
    return group < groups && !damaged.get(group);
  }

  private static final class Groups implements JournalReader.Sink {
    private final CRC32C crc = new CRC32C();
    private final BitSet damaged = new BitSet();
    private int group;
    private int lastWhole;
    private long bytes;
    private long markedUntil;
    private long wholeUntil;
    private long events;
    private long eventsOfGroup;

    @Override
    public void lines(byte[] block, int offset, int length) {
      crc.update(block, offset, length);
      bytes += length;
      if (block[offset + length - 1] == '\n') {
        eventsOfGroup++;
      }
    }

    @Override
    public void mark(long crc32c) {
      bytes += JournalFile.MARK_BYTES;
      markedUntil = bytes;
      if (crc.getValue() == crc32c) {
        lastWhole = group + 1;
        wholeUntil = bytes;
        events += eventsOfGroup;
      } else {
        damaged.set(group);
      }
      group++;
      eventsOfGroup = 0;
      crc.reset();
    }

    JournalCheck check() {
      int all = group + (bytes > markedUntil ? 1 : 0);
      if (all - lastWhole > 1) {
        damaged.set(lastWhole, all);
        return new JournalCheck(all, damaged, events, 0);
      }
      damaged.clear(lastWhole, all);
      return new JournalCheck(lastWhole, damaged, events, bytes - wholeUntil);
    }
  }
}
