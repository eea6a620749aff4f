package io.estat.ingest.batch;

import java.util.function.LongSupplier;

/** The two clocks of a machine, injected so that tests own them. */
public final class Time {
  private final LongSupplier wallMillis;
  private final LongSupplier monotonicNanos;

  public Time(LongSupplier wallMillis, LongSupplier monotonicNanos) {
    this.wallMillis = wallMillis;
    this.monotonicNanos = monotonicNanos;
  }

  public static Time system() {
    return new Time(System::currentTimeMillis, System::nanoTime);
  }

  /** Epoch milliseconds; may be stepped in either direction by an operator. */
  public long wallMillis() {
    return wallMillis.getAsLong();
  }

  /** Nanoseconds from an arbitrary origin; never goes back. Differences only. */
  public long nanos() {
    return monotonicNanos.getAsLong();
  }
}
