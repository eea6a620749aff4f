package io.estat.ingest.batch;

/**
 * Whoever appends to the open batch and may answer only when the lines are on disk; one an event
 * loop. It hears of its requests in the order in which it appended them.
 */
public abstract class AckWaiter {
  /** Requests appended since the last group was taken; guarded by the ledger's lock. */
  int appended;

  /**
   * The fate of the oldest requests that are undecided. Called by the journal's thread; must not
   * block.
   *
   * @param requests how many
   * @param kept whether their lines are on disk; if not nothing of them was kept
   */
  protected abstract void settled(int requests, boolean kept);
}
