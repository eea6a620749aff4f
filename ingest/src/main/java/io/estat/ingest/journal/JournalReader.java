package io.estat.ingest.journal;

import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;

/**
 * Takes a journal file apart into lines and marks, as a stream: the memory does not depend on the
 * file. The format is {@link JournalFile}'s.
 */
final class JournalReader {
  private static final int BLOCK_BYTES = 64 * 1024;
  private static final byte[] ZEROS = new byte[BLOCK_BYTES];

  /** Told what is in the file, in order. */
  interface Sink {
    /** No CRC-32C has this value. */
    long UNREADABLE = -1;

    /** Bytes of lines; a line may come in pieces, but never with a part of the next. */
    void lines(byte[] bytes, int offset, int length) throws IOException;

    /** Behind a group's lines; the CRC-32C that they had, or {@link #UNREADABLE}. */
    void mark(long crc32c) throws IOException;
  }

  private final Sink sink;
  private final byte[] mark = new byte[JournalFile.MARK_BYTES];
  private int markLength;
  private boolean atLineStart = true;

  private JournalReader(Sink sink) {
    this.sink = sink;
  }

  /** Reads to the end; throws what the stream or the sink throws. */
  static void read(InputStream in, Sink sink) throws IOException {
    var reader = new JournalReader(sink);
    byte[] block = new byte[BLOCK_BYTES];
    long zeros = 0;
    for (int got = in.read(block); got > 0; got = in.read(block)) {
      int end = withoutZeros(block, got);
      for (; end > 0 && zeros > 0; zeros -= Math.min(zeros, BLOCK_BYTES)) {
        reader.accept(ZEROS, (int) Math.min(zeros, BLOCK_BYTES)); // they were not the last
      }
      reader.accept(block, end);
      zeros += got - end;
    }
    if (reader.markLength > 0) {
      sink.lines(reader.mark, 0, reader.markLength); // a torn one
    }
  }

  private static int withoutZeros(byte[] block, int length) {
    int end = length;
    while (end > 0 && block[end - 1] == 0) {
      end--;
    }
    return end;
  }

  private void accept(byte[] block, int length) throws IOException {
    int at = 0;
    while (at < length) {
      if (markLength > 0 || (atLineStart && block[at] == JournalFile.MARK)) {
        mark[markLength++] = block[at++];
        if (markLength == mark.length) {
          endMark();
        }
      } else {
        int end = lineEnd(block, at, length);
        atLineStart = block[end - 1] == '\n';
        sink.lines(block, at, end - at);
        at = end;
      }
    }
  }

  private static int lineEnd(byte[] block, int from, int length) {
    int at = from;
    while (at < length && block[at] != '\n') {
      at++;
    }
    return Math.min(at + 1, length);
  }

  private void endMark() throws IOException {
    markLength = 0;
    boolean whole = mark[mark.length - 1] == '\n';
    long crc = 0;
    for (int i = 1; i < mark.length - 1; i++) {
      whole &= HexFormat.isHexDigit(mark[i]);
      crc = crc << 4 | Character.digit(mark[i], 16);
    }
    atLineStart = mark[mark.length - 1] == '\n';
    sink.mark(whole ? crc : Sink.UNREADABLE); // no line of ours begins like one
  }
}
