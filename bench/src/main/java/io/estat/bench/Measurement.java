package io.estat.bench;

import io.estat.bench.Server.Kind;

/**
 * One window of one server under one load.
 *
 * @param answers of the window
 * @param before used when it began; everything sent earlier had landed by then
 * @param after used when everything sent in it had landed
 * @param found in the bucket of what was answered 200, warm-up included
 * @param expected there
 * @param surplus lines there that should not be
 */
record Measurement(
    Kind kind,
    Answers answers,
    Usage before,
    Usage after,
    long found,
    long expected,
    long surplus) {

  double userMicrosPerEvent() {
    return perEvent(after.userMicros() - before.userMicros());
  }

  double systemMicrosPerEvent() {
    return perEvent(after.systemMicros() - before.systemMicros());
  }

  double cpuMicrosPerEvent() {
    return perEvent(after.cpuMicros() - before.cpuMicros());
  }

  /** Share of the core that the server had in the window. */
  double busy() {
    return (after.cpuMicros() - before.cpuMicros()) * 1e3 / answers.took().toNanos();
  }

  private double perEvent(long micros) {
    return (double) micros / answers.acceptedEvents();
  }
}
