package io.estat.ingest.metrics;

import io.estat.ingest.batch.Time;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * At most one line a minute for each class of failure; the next line of the class says how many
 * were left out. The first one is logged at once. Any thread; as many entries as there are classes.
 */
public final class RateLimitedLog {
  private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

  private final Logger log;
  private final Time time;
  private final Map<String, Quiet> classes = new HashMap<>();

  public RateLimitedLog(Logger log, Time time) {
    this.log = log;
    this.time = time;
  }

  /**
   * @param failureClass a constant of the caller's, never anything from outside
   * @param text the line
   */
  public void warn(String failureClass, String text) {
    write(Level.WARN, failureClass, text);
  }

  /** As {@link #warn}, but an error. */
  public void error(String failureClass, String text) {
    write(Level.ERROR, failureClass, text);
  }

  private void write(Level level, String failureClass, String text) {
    long leftOut;
    synchronized (classes) {
      long now = time.nanos();
      Quiet quiet = classes.get(failureClass);
      if (quiet != null && now - quiet.sinceNanos < PAUSE_NANOS) {
        quiet.leftOut++;
        return;
      }
      leftOut = quiet == null ? 0 : quiet.leftOut;
      classes.put(failureClass, new Quiet(now));
    }
    if (leftOut == 0) {
      log.atLevel(level).log(text);
    } else {
      log.atLevel(level).log("{} ({} more like this since the last line)", text, leftOut);
    }
  }

  private static final class Quiet {
    private final long sinceNanos;
    private long leftOut;

    Quiet(long sinceNanos) {
      this.sinceNanos = sinceNanos;
    }
  }
}
