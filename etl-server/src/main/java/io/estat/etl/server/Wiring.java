package io.estat.etl.server;

import io.estat.etl.server.config.EtlConfig;
import io.estat.etl.server.store.JobStore;
import io.estat.etl.server.store.StoreDatabase;
import io.estat.etl.server.store.StoreSettings;
import io.estat.etl.server.store.TransportStore;
import io.estat.etl.source.Source;
import io.estat.etl.source.Sources;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The parts that know nothing of Spring, put together. */
@Configuration(proxyBeanMethods = false)
class Wiring {
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
}
