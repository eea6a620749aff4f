package io.estat.ingest.batch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the gzip bytes of one batch in the slabs that are set aside for that. One thread at a
 * time.
 */
public final class OutputBuffer {
  private final Budget budget;
  private final List<Slab> slabs = new ArrayList<>();
  private long length;

  public OutputBuffer(Budget budget) {
    this.budget = budget;
  }

  /**
   * Takes bytes.
   *
   * @throws IOException if the share set aside for output is used up: the batch was larger than any
   *     batch may be
   */
  public void append(byte[] bytes, int offset, int count) throws IOException {
    int done = 0;
    while (done < count) {
      if (length == slabs.size() * (long) Slab.BYTES) {
        Slab slab = budget.takeOutputSlab();
        if (slab == null) {
          throw new IOException("gzip output of over " + length + " bytes has no room");
        }
        slabs.add(slab);
      }
      int copied = slabs.getLast().append(bytes, offset + done, count - done);
      done += copied;
      length += copied;
    }
  }

  /** What was collected, valid until {@link #clear()}. */
  public BatchContent content(int crc32) {
    return new BatchContent(List.copyOf(slabs), length, crc32);
  }

  /** Gives the slabs back. */
  public void clear() {
    budget.giveBackOutputSlabs(slabs);
    slabs.clear();
    length = 0;
  }
}
