package io.estat.ingest.batch;

import java.time.Duration;

/**
 * When a batch is sealed and how much may wait.
 *
 * @param batchEvents a batch is sealed at so many events
 * @param batchBytes a batch has at most so many line bytes
 * @param flushInterval a batch is sealed so long after its first event
 * @param channelEvents events that may wait beyond open batch and upload queue
 * @param uploadQueue sealed batches that may wait before spilling may begin
 * @param budgetBytes bytes of everything held in memory
 */
public record BatchLimits(
    int batchEvents,
    int batchBytes,
    Duration flushInterval,
    int channelEvents,
    int uploadQueue,
    long budgetBytes) {
  /**
   * Line bytes that one request may become: many short lines repeat the same long headers, and one
   * request must not take what everybody else needs.
   */
  public long requestBytes() {
    return Math.max(batchBytes, budgetBytes / 4);
  }

  /** Events held at most: the open batch, the waiting space and the full upload queue. */
  public long maxEvents() {
    return batchEvents + channelEvents + (long) uploadQueue * batchEvents;
  }
}
