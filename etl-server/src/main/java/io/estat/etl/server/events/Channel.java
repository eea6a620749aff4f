package io.estat.etl.server.events;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A topic and its watchers on this instance. Thread-safe but for {@link #look}: one thread. */
abstract sealed class Channel permits JobChannel, NextJobChannel {
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private long lookedAtNanos;
  private boolean looked;

  /** Asks the job store for what is new. */
  abstract void look();

  /** Whether the job store is known to have something new. */
  abstract boolean isBehind();

  final void lookIfDue(long nowNanos, long intervalNanos) {
    if (isBehind() || !looked || nowNanos - lookedAtNanos >= intervalNanos) {
      lookedAtNanos = nowNanos;
      looked = true;
      look();
    }
  }

  final void add(Watcher watcher) {
    watchers.add(watcher);
  }

  final void remove(Watcher watcher) {
    watchers.remove(watcher);
  }

  final boolean isDeserted() {
    return watchers.isEmpty();
  }

  final void deliver(Delivery delivery) {
    watchers.forEach(watcher -> watcher.offer(delivery));
  }

  final void end() {
    watchers.forEach(Watcher::end);
  }
}
