package io.estat.ingest.batch;

/** Counts how its requests were decided. */
public final class CountingWaiter extends AckWaiter {
  private int kept;
  private int refused;

  @Override
  protected synchronized void settled(int requests, boolean onDisk) {
    if (onDisk) {
      kept += requests;
    } else {
      refused += requests;
    }
  }

  public synchronized int kept() {
    return kept;
  }

  public synchronized int refused() {
    return refused;
  }
}
