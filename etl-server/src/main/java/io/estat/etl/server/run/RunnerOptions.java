package io.estat.etl.server.run;

import java.time.Duration;

/**
 * @param instance the name of this process, for people
 * @param maxJobs so many at once
 * @param handsOn whether a job whose process dies or stops goes on elsewhere, with the tables that
 *     are completed as they are; else it fails
 * @param times see {@link Times}
 */
public record RunnerOptions(String instance, int maxJobs, boolean handsOn, Times times) {

  /**
   * @param beat between two signs of life of a claim
   * @param lease a holder, or a watcher, that was silent for longer was itself asleep: it begins
   *     nothing new, and starts its observations anew
   * @param deadAfter without a sign of life a job's process is dead. Less than the 60 s within
   *     which the truth must be recorded, because looking takes time, too
   * @param endPatience how long an engine may take to end after it was told to; then it is given up
   * @param storeRetry between two tries to keep a report while the job store is away
   */
  public record Times(
      Duration beat,
      Duration lease,
      Duration deadAfter,
      Duration endPatience,
      Duration storeRetry) {
    public static final Times DEFAULT =
        new Times(
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofSeconds(55),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1));
  }

  public RunnerOptions(String instance, int maxJobs) {
    this(instance, maxJobs, false, Times.DEFAULT);
  }
}
