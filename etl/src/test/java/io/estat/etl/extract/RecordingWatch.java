package io.estat.etl.extract;

import io.estat.etl.domain.JobEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Keeps what a run tells, and can take the job away from it. */
final class RecordingWatch implements JobWatch {
  private final List<JobEvent> events = new CopyOnWriteArrayList<>();
  private volatile boolean lost;
  private volatile Consumer<JobEvent> also = event -> {};

  @Override
  public void on(JobEvent event) throws ClaimLostException {
    requireClaim();
    events.add(event);
    also.accept(event);
  }

  @Override
  public void requireClaim() throws ClaimLostException {
    if (lost) {
      throw new ClaimLostException("another instance has the job");
    }
  }

  /** Called with every event of the kind, in the engine's thread. */
  <E extends JobEvent> void onEach(Class<E> kind, Consumer<E> listener) {
    also =
        event -> {
          if (kind.isInstance(event)) {
            listener.accept(kind.cast(event));
          }
        };
  }

  void loseTheClaim() {
    lost = true;
  }

  List<JobEvent> events() {
    return List.copyOf(events);
  }

  <E extends JobEvent> List<E> events(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
