package io.estat.etl.server;

import io.estat.etl.breaker.Breakers;
import io.estat.etl.extract.ExtractOptions;
import io.estat.etl.extract.Extractor;
import io.estat.etl.extract.RetryPolicy;
import io.estat.etl.server.config.ConfigException;
import io.estat.etl.server.config.EtlConfig;
import io.estat.etl.server.store.JobStore;
import io.estat.etl.server.store.StoreDatabase;
import io.estat.etl.server.store.StoreSettings;
import io.estat.etl.server.store.Stores;
import io.estat.etl.server.store.TransportStore;
import io.estat.etl.source.Source;
import io.estat.etl.source.Sources;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectStores;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
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
  Stores stores(StoreDatabase database, InstantSource clock, RandomGenerator random) {
    return Stores.of(database, clock, random);
  }

  @Bean
  TransportStore transportStore(Stores stores) {
    return stores.transports();
  }

  @Bean
  JobStore jobStore(Stores stores) {
    return stores.jobs();
  }

  @Bean
  @ConditionalOnMissingBean
  Breakers breakers(EtlConfig config, InstantSource clock) {
    return Breakers.of(config.breaker(), clock);
  }

  @Bean
  Source source(EtlConfig config, Breakers breakers) throws SQLException {
    return Sources.open(config.source(), breakers.database());
  }

  @Bean
  ObjectStore objectStore(EtlConfig config, Breakers breakers) throws ConfigException {
    EtlConfig.Store store = config.store();
    EtlConfig.Gcs gcs = store.gcs();
    boolean google = "gs".equals(store.url().getScheme());
    var settings =
        new io.estat.storage.StoreSettings(
            store.s3Region(),
            google ? gcs.endpoint() : store.s3Endpoint(),
            google ? gcs.credentialsFile() : null,
            gcs.timeout());
    try {
      return breakers.guard(ObjectStores.open(store.url(), settings));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(List.of("store.url (STORE_URL): " + e.getMessage()));
    }
  }

  @Bean
  Extractor extractor(EtlConfig config, Source source, ObjectStore store, InstantSource clock) {
    EtlConfig.Extract etl = config.etl();
    EtlConfig.Gcs gcs = config.store().gcs();
    var options =
        new ExtractOptions(
            etl.parallelTables(),
            etl.chunkRows(),
            ExtractOptions.DEFAULTS.splitRows(),
            etl.bufferBytes(),
            gcs.chunkBytes(),
            etl.maxObjectBytes(),
            etl.verify(),
            gcs.timeout(),
            ExtractOptions.DEFAULTS.gzipLevel(),
            etl.encode(),
            etl.columnNames(),
            new RetryPolicy(
                etl.retry().attempts(),
                etl.retry().backoff(),
                etl.retry().maxBackoff(),
                etl.outagePatience()),
            etl.snapshots());
    return new Extractor(source, store, options, clock);
  }
}
