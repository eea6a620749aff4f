package io.estat.etl.server;

import io.estat.etl.server.config.EtlConfig;
import io.estat.etl.server.store.JobStore;
import io.estat.etl.server.store.StoreDatabase;
import io.estat.etl.server.store.StoreSettings;
import io.estat.etl.server.store.TransportStore;
import io.estat.etl.source.Source;
import io.estat.etl.source.Sources;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectStores;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The parts that know nothing of Spring, put together. */
@Configuration(proxyBeanMethods = false)
class Wiring {
  private static final Duration STORE_TIMEOUT = Duration.ofSeconds(30);

  @Bean
  InstantSource clock() {
    return InstantSource.system();
  }

  @Bean
  RandomGenerator random() {
    return new SecureRandom();
  }

  @Bean
  StoreDatabase storeDatabase(EtlConfig config) {
    EtlConfig.Repository repository = config.repository();
    return StoreDatabase.open(
        new StoreSettings(
            repository.url(),
            Objects.requireNonNullElse(repository.username(), ""),
            repository.password() == null ? "" : repository.password().value(),
            repository.poolMax(),
            StoreSettings.PATIENCE));
  }

  @Bean
  TransportStore transportStore(
      StoreDatabase database, InstantSource clock, RandomGenerator random) {
    return new TransportStore(database, clock, random);
  }

  @Bean
  JobStore jobStore(
      StoreDatabase database,
      TransportStore transports,
      InstantSource clock,
      RandomGenerator random) {
    return new JobStore(database, transports, clock, random);
  }

  @Bean
  Source source(EtlConfig config) throws SQLException {
    return Sources.open(config.source());
  }

  @Bean
  ObjectStore objectStore(EtlConfig config) {
    EtlConfig.Store store = config.store();
    String endpoint =
        "gs".equals(store.url().getScheme()) ? store.gcs().endpoint() : store.s3Endpoint();
    return ObjectStores.open(
        store.url(),
        new io.estat.storage.StoreSettings(store.s3Region(), endpoint, STORE_TIMEOUT));
  }
}
