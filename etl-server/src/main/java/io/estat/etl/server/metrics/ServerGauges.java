package io.estat.etl.server.metrics;

import io.estat.etl.server.events.JobFeed;
import io.estat.etl.server.run.JobRunner;
import io.estat.etl.server.schedule.Scheduler;
import io.estat.etl.server.schedule.SkipReason;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * What goes on in the server at the moment of a scrape, by name. No part of it waits for anything
 * when it is asked.
 */
final class ServerGauges implements MeterBinder {
  private final BacklogLook backlog;
  private final JobRunner runner;
  private final Scheduler scheduler;
  private final JobFeed feed;

  ServerGauges(BacklogLook backlog, JobRunner runner, Scheduler scheduler, JobFeed feed) {
    this.backlog = backlog;
    this.runner = runner;
    this.scheduler = scheduler;
    this.feed = feed;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    ofAllInstances(registry);
    ofThisInstance(registry);
  }

  private void ofAllInstances(MeterRegistry registry) {
    backlog(registry, "job.store.up", "Whether the job store answers.", BacklogLook::isAnswered);
    backlog(registry, "jobs.pending", "Jobs that wait.", BacklogLook::waiting);
    backlog(registry, "jobs.running", "Jobs that run.", BacklogLook::running);
    backlog(
        registry,
        "oldest.pending.job.age.seconds",
        "How long the oldest of those has waited.",
        BacklogLook::waitingSeconds);
    backlog(
        registry,
        "oldest.running.job.age.seconds",
        "How long the oldest of those has run.",
        BacklogLook::runningSeconds);
  }

  private void backlog(
      MeterRegistry registry, String name, String help, ToDoubleFunction<BacklogLook> value) {
    Gauge.builder("estat.etl." + name, backlog, value)
        .strongReference(true)
        .description(help)
        .register(registry);
  }

  private void ofThisInstance(MeterRegistry registry) {
    counter(registry, "jobs.found.dead", "Jobs ended for a dead process.", runner::foundDead);
    counter(registry, "claims.lost", "Jobs lost to another instance.", runner::claimsLost);
    counter(registry, "jobs.given.up", "Jobs whose engine did not end.", runner::givenUp);
    for (SkipReason why : SkipReason.values()) {
      counter(
          registry,
          "schedule.skips",
          "Times of schedules that made no job.",
          () -> scheduler.skipped(why),
          "reason",
          why.name().toLowerCase(Locale.ROOT));
    }
    Gauge.builder("estat.etl.streams", feed::streams)
        .description("Open streams of events.")
        .register(registry);
  }

  private static void counter(
      MeterRegistry registry, String name, String help, Supplier<Long> value, String... tags) {
    FunctionCounter.builder("estat.etl." + name, value, counted -> counted.get())
        .description(help)
        .tags(tags)
        .register(registry);
  }
}
