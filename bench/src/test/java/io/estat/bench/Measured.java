package io.estat.bench;

import io.estat.bench.Server.Kind;
import java.time.Duration;

/** Measurements as a trial would have made them. */
final class Measured {
  private Measured() {}

  static Measurement measured(Kind kind, long microsPerEvent, long missing) {
    return measured(kind, microsPerEvent, missing, 1);
  }

  /**
   * 100 events in two seconds, a third of the CPU in the kernel; as many milliseconds an answer as
   * megabytes in use.
   */
  static Measurement measured(
      Kind kind, long microsPerEvent, long missing, int millisAndMegabytes) {
    Answers answers = new Answers();
    for (int id = 0; id < 100; id++) {
      answers.record(200, 0, millisAndMegabytes * 1_000_000L, id, 1);
    }
    answers.ended(Duration.ofSeconds(2));
    long micros = microsPerEvent * 100;
    long bytes = millisAndMegabytes * 1_000_000L;
    Usage after = new Usage(micros - micros / 3, micros / 3, bytes, 2 * bytes);
    return new Measurement(kind, answers, new Usage(0, 0, 0, 0), after, 100 - missing, 100, 0);
  }
}
