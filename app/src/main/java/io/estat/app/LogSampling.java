package io.estat.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/** Lets 1 in N of the info and debug lines through; warnings and errors always. */
final class LogSampling extends TurboFilter {
  private final int one;
  private final AtomicLong seen = new AtomicLong();

  LogSampling(int oneIn) {
    this.one = oneIn;
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] params,
      @Nullable Throwable cause) {
    boolean asksOnly = format == null; // isInfoEnabled() and the like
    if (asksOnly || level.isGreaterOrEqual(Level.WARN) || !logger.isEnabledFor(level)) {
      return FilterReply.NEUTRAL;
    }
    return seen.getAndIncrement() % one == 0 ? FilterReply.NEUTRAL : FilterReply.DENY;
  }
}
