package io.estat.ingest.batch;

import java.util.List;

/**
 * Sealed lines under a name. In exactly one place at a time: upload queue, uploader, or spiller.
 *
 * @param name minted when the batch was sealed
 * @param lines the slabs in order; the lines run on from one to the next
 * @param events number of lines
 * @param bytes bytes of the lines, newlines included
 * @param firstTs epoch seconds of the first line
 * @param lastTs epoch seconds of the last line
 * @param mayBeStored whether an earlier put may have arrived: look before the next one
 */
public record Batch(
    BatchName name,
    List<Slab> lines,
    int events,
    long bytes,
    long firstTs,
    long lastTs,
    boolean mayBeStored) {

  /** A batch that nobody tried to put. */
  public Batch(
      BatchName name, List<Slab> lines, int events, long bytes, long firstTs, long lastTs) {
    this(name, lines, events, bytes, firstTs, lastTs, false);
  }

  /** The same batch after an attempt to put it. */
  public Batch tried() {
    return new Batch(name, lines, events, bytes, firstTs, lastTs, true);
  }
}
