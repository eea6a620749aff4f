package io.estat.ingest.journal;

import io.estat.ingest.batch.BatchSummary;
import io.estat.jsonl.GzipEncoder;
import io.estat.jsonl.GzipSummary;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Compresses the whole groups of a journal file: the same lines, and so the same gzip bytes, as the
 * life that wrote the file would have put. As a stream.
 */
final class JournalBatch implements JournalReader.Sink {
  private static final int TS_FROM = "{\"ts\":".length();
  private static final int MAX_TS_DIGITS = 12;

  private final JournalCheck check;
  private final GzipEncoder encoder;
  private int group;
  private int lineLength;
  private long ts;
  private long firstTs = -1;

  private JournalBatch(JournalCheck check, GzipEncoder encoder) {
    this.check = check;
    this.encoder = encoder;
  }

  static BatchSummary write(
      InputStream journal, JournalCheck check, GzipEncoder encoder, OutputStream gzip)
      throws IOException {
    var batch = new JournalBatch(check, encoder);
    try {
      encoder.begin(gzip::write);
      JournalReader.read(journal, batch);
      GzipSummary summary = encoder.finish();
      return new BatchSummary(
          check.events(), summary.rawBytes(), summary.rawCrc32(), batch.firstTs, batch.ts);
    } catch (IOException | RuntimeException e) {
      encoder.abandon();
      throw e;
    }
  }

  @Override
  public void lines(byte[] bytes, int offset, int length) throws IOException {
    if (!check.keeps(group)) {
      return;
    }
    encoder.write(bytes, offset, length);
    readTs(bytes, offset, length);
  }

  /** Each line begins with it; it may come in pieces. */
  private void readTs(byte[] bytes, int offset, int length) {
    for (int i = 0; i < length && lineLength < TS_FROM + MAX_TS_DIGITS; i++, lineLength++) {
      int digit = bytes[offset + i] - '0';
      if (lineLength < TS_FROM) {
        continue;
      }
      if (digit < 0 || digit > 9) {
        lineLength = TS_FROM + MAX_TS_DIGITS;
      } else {
        ts = (lineLength == TS_FROM ? 0 : ts * 10) + digit;
      }
    }
    if (bytes[offset + length - 1] == '\n') {
      lineLength = 0;
      firstTs = firstTs < 0 ? ts : firstTs;
    }
  }

  @Override
  public void mark(long crc32c) {
    group++;
  }
}
