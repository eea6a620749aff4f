package io.estat.ingest.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes all connections hold beyond the turn in which they came. In work they cost the
 * heap a few times as much, so the bound is a sixteenth of the heap. Heads of unfinished requests
 * have a bound of their own, apart from that of answers which a client does not take and requests
 * behind them: who does not read takes no room from who only begins. Thread-safe.
 */
final class HeldBytes {
  private final long maxBytes = Runtime.getRuntime().maxMemory() / 16;
  private final AtomicLong held = new AtomicLong();

  /** Takes so much more, or less if negative; false if there is no room, and nothing was taken. */
  boolean tryHold(int moreBytes) {
    if (moreBytes == 0) {
      return true;
    }
    if (held.addAndGet(moreBytes) <= maxBytes || moreBytes < 0) {
      return true;
    }
    held.addAndGet(-moreBytes);
    return false;
  }

  void giveBack(int bytes) {
    held.addAndGet(-bytes);
  }

  long inAll() {
    return held.get();
  }
}
