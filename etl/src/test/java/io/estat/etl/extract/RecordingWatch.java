package io.estat.etl.extract;

import io.estat.etl.domain.JobEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what a run tells, and can take the job away from it. */
final class RecordingWatch implements JobWatch {
  private final List<JobEvent> events = new CopyOnWriteArrayList<>();
  private volatile boolean lost;

  @Override
  public void on(JobEvent event) throws ClaimLostException {
    requireClaim();
    events.add(event);
  }

  @Override
  public void requireClaim() throws ClaimLostException {
    if (lost) {
      throw new ClaimLostException("another instance has the job");
    }
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
