package io.estat.ingest.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of request heads all connections hold while their requests are unfinished. A head
 * in work costs the heap a few times its bytes, so an eighth of the heap is the bound. Thread-safe.
 */
final class HeldHeads {
  private final long maxBytes = Runtime.getRuntime().maxMemory() / 8;
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
}
