package io.estat.ingest.http;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the connections of one event loop share. Touched by that loop only, but for the counters.
 */
final class Loop {
  final Answers answers;
  final PlainPost post;
  final EventLine line;
  final HttpCounters counters;
  final HeldAnswers held;
  private final Set<CollectHandler> handlers = new HashSet<>();

  Loop(
      EventExecutor executor,
      Cors cors,
      LineConfig lines,
      HttpCounters counters,
      Runnable turnEnded) {
    this.answers = new Answers(cors);
    this.post = new PlainPost(lines);
    this.line = new EventLine(lines, post);
    this.counters = counters;
    this.held = new HeldAnswers(executor, answers, counters, turnEnded);
  }

  void opened(CollectHandler handler) {
    handlers.add(handler);
  }

  void closed(CollectHandler handler) {
    handlers.remove(handler);
  }

  /** Cuts off whoever is past a deadline; called twice a second. */
  void tick() {
    long nanos = System.nanoTime();
    for (CollectHandler handler : copy()) {
      handler.cutOffIfLate(nanos);
    }
  }

  /** Whether any connection is in the middle of a request, or about to begin one. */
  boolean isBusy() {
    long nanos = System.nanoTime();
    return handlers.stream().anyMatch(handler -> handler.connection().isBusy(nanos));
  }

  void closeAll() {
    copy().forEach(handler -> handler.connection().closeNow());
  }

  /** Closing a connection takes it out of the set. */
  private List<CollectHandler> copy() {
    return new ArrayList<>(handlers);
  }
}
