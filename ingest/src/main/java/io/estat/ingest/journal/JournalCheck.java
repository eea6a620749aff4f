package io.estat.ingest.journal;

import java.io.IOException;
import java.io.InputStream;
import java.util.BitSet;
import java.util.zip.CRC32C;

/**
 * Which groups of a journal file are whole.
 *
 * @param groups number of the last whole group, counted from 1; 0 if there is none
 * @param damaged those before it that are not whole: no crash leaves that
 * @param events lines of the whole groups
 * @param tornBytes what follows the last whole group, and was never acknowledged
 */
record JournalCheck(int groups, BitSet damaged, long events, long tornBytes) {
  static JournalCheck of(InputStream in) throws IOException {
    var groups = new Groups();
    JournalReader.read(in, groups);
    BitSet damaged = groups.damaged;
    damaged.clear(groups.lastWhole, Math.max(groups.lastWhole, damaged.length()));
    return new JournalCheck(
        groups.lastWhole, damaged, groups.events, groups.bytes - groups.wholeUntil);
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
    private long wholeUntil;
    private long events;
    private long eventsOfGroup;

    @Override
    public void lines(byte[] block, int offset, int length) {
      crc.update(block, offset, length);
      bytes += length;
      if (length > 0 && block[offset + length - 1] == '\n') {
        eventsOfGroup++;
      }
    }

    @Override
    public void mark(int crc32c) {
      bytes += JournalFile.MARK_BYTES;
      if ((int) crc.getValue() == crc32c) {
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
  }
}
