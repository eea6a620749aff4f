package io.estat.etl.server.metrics;

import io.estat.etl.breaker.Breakers;
import io.estat.etl.extract.Extractor;
import io.estat.etl.server.events.JobFeed;
import io.estat.etl.server.run.JobRunner;
import io.estat.etl.server.schedule.Scheduler;
import io.estat.etl.server.store.Stores;
import io.estat.etl.source.Source;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The server's own metrics, beside those that Spring Boot brings. */
@Configuration(proxyBeanMethods = false)
class MetricsSetup {
  @Bean
  JobMeters jobMeters(MeterRegistry registry) {
    return new JobMeters(registry);
  }

  @Bean
  BacklogLook backlogLook(Stores stores, InstantSource clock) {
    return new BacklogLook(stores.jobs(), clock);
  }

  @Bean
  MeterBinder serverGauges(
      BacklogLook backlog, JobRunner runner, Scheduler scheduler, JobFeed feed) {
    return new ServerGauges(backlog, runner, scheduler, feed);
  }

  @Bean
  MeterBinder connectionGauges(
      Source source, Stores stores, Breakers breakers, Extractor extractor, InstantSource clock) {
    return new ConnectionGauges(source, stores.database(), breakers, extractor, clock);
  }
}
