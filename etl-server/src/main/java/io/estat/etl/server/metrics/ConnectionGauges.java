package io.estat.etl.server.metrics;

import io.estat.etl.breaker.Breaker;
import io.estat.etl.breaker.Breakers;
import io.estat.etl.extract.Extractor;
import io.estat.etl.server.store.StoreDatabase;
import io.estat.etl.source.PoolUse;
import io.estat.etl.source.Source;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * What this instance holds of the databases and of the store at the moment of a scrape, by name.
 * Neither is asked.
 */
final class ConnectionGauges implements MeterBinder {
  private static final PoolUse NO_POOL = new PoolUse(0, 0, 0, 0);

  private final Source source;
  private final StoreDatabase jobStore;
  private final Breakers breakers;
  private final Extractor extractor;
  private final InstantSource clock;

  ConnectionGauges(
      Source source,
      StoreDatabase jobStore,
      Breakers breakers,
      Extractor extractor,
      InstantSource clock) {
    this.source = source;
    this.jobStore = jobStore;
    this.breakers = breakers;
    this.extractor = extractor;
    this.clock = clock;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    pool(registry, "source", () -> source.poolUse().orElse(NO_POOL));
    pool(registry, "job_store", jobStore::poolUse);
    breaker(registry, "database", breakers.database());
    breaker(registry, "store", breakers.store());
    Gauge.builder("estat.etl.oldest.snapshot.age.seconds", this::snapshotSeconds)
        .description("How long the oldest snapshot is held open.")
        .register(registry);
  }

  private double snapshotSeconds() {
    return extractor
        .oldestSnapshot()
        .map(taken -> Duration.between(taken, clock.instant()).toMillis() / 1e3)
        .orElse(0.0);
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
