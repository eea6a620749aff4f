package io.estat.etl.server.metrics;

import io.estat.etl.breaker.Breaker;
import io.estat.etl.breaker.Breakers;
import io.estat.etl.server.events.JobFeed;
import io.estat.etl.server.run.JobRunner;
import io.estat.etl.server.schedule.Scheduler;
import io.estat.etl.server.schedule.SkipReason;
import io.estat.etl.server.store.StoreDatabase;
import io.estat.etl.source.PoolUse;
import io.estat.etl.source.Source;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;

/**
 * What the parts of the server know of themselves at the moment of a scrape, by name. None of them
 * waits for anything when it is asked.
 */
final class ServerGauges implements MeterBinder {
  private static final PoolUse NO_POOL = new PoolUse(0, 0, 0, 0);

  private final BacklogLook backlog;
  private final JobRunner runner;
  private final Scheduler scheduler;
  private final JobFeed feed;
  private final Source source;
  private final StoreDatabase jobStore;
  private final Breakers breakers;

  ServerGauges(
      BacklogLook backlog,
      JobRunner runner,
      Scheduler scheduler,
      JobFeed feed,
      Source source,
      StoreDatabase jobStore,
      Breakers breakers) {
    this.backlog = backlog;
    this.runner = runner;
    this.scheduler = scheduler;
    this.feed = feed;
    this.source = source;
    this.jobStore = jobStore;
    this.breakers = breakers;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    ofAllInstances(registry);
    ofThisInstance(registry);
    pool(registry, "source", () -> source.poolUse().orElse(NO_POOL));
    pool(registry, "job_store", jobStore::poolUse);
    breaker(registry, "database", breakers.database());
    breaker(registry, "store", breakers.store());
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

  private static void breaker(MeterRegistry registry, String name, Breaker breaker) {
    for (Breaker.State state : Breaker.State.values()) {
      Gauge.builder("estat.etl.breaker.state", () -> breaker.state() == state ? 1 : 0)
          .description("1 for the state that the breaker is in.")
          .tags("breaker", name, "state", state.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
  }

  private static void pool(MeterRegistry registry, String pool, Supplier<PoolUse> use) {
    pool(registry, pool, use, "active.connections", "Connections in use.", PoolUse::active);
    pool(registry, pool, use, "idle.connections", "Connections that wait to be.", PoolUse::idle);
    pool(registry, pool, use, "max.connections", "Connections there may be.", PoolUse::max);
    pool(registry, pool, use, "waiting.threads", "Who waits for one.", PoolUse::waiting);
  }

  private static void pool(
      MeterRegistry registry,
      String pool,
      Supplier<PoolUse> use,
      String name,
      String help,
      ToIntFunction<PoolUse> value) {
    Gauge.builder("estat.etl.pool." + name, () -> value.applyAsInt(use.get()))
        .description(help)
        .tags(Tags.of("pool", pool))
        .register(registry);
  }
}
