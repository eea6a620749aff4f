package io.estat.etl.server;

import io.estat.etl.extract.Extractor;
import io.estat.etl.server.config.EtlConfig;
import io.estat.etl.server.metrics.BacklogLook;
import io.estat.etl.server.run.ExtractEngine;
import io.estat.etl.server.run.JobListener;
import io.estat.etl.server.run.JobRunner;
import io.estat.etl.server.run.LeftUploads;
import io.estat.etl.server.run.RunnerOptions;
import io.estat.etl.server.run.Ticker;
import io.estat.etl.server.schedule.Scheduler;
import io.estat.etl.server.store.Stores;
import io.estat.storage.ObjectStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What goes on without being asked: jobs, schedules, and tidying up. */
@Configuration(proxyBeanMethods = false)
class RunSetup {
  private static final Duration SCHEDULES_EVERY = Duration.ofSeconds(1);
  private static final Duration LEFT_UPLOADS_EVERY = Duration.ofSeconds(10);
  private static final Duration RETENTION_EVERY = Duration.ofHours(1);

  /** Beside its workers a job has a session that keeps its snapshot, and one for the catalog. */
  private static final int OTHER_SESSIONS = 2;

  @Bean
  JobRunner jobRunner(
      EtlConfig config,
      Stores stores,
      Extractor extractor,
      List<JobListener> listeners,
      InstantSource clock) {
    var options =
        new RunnerOptions(
            config.app().instanceId(),
            jobsAtOnce(config),
            extractor.goesOnElsewhere(),
            RunnerOptions.Times.DEFAULT);
    return new JobRunner(
        stores,
        new ExtractEngine(extractor, stores.jobs(), stores.events()),
        JobListener.all(listeners),
        options,
        clock);
  }

  /**
   * As many as find all their sessions in the pool, and room for all their open objects in the
   * buffer: jobs that wait for each other's would stand.
   */
  static int jobsAtOnce(EtlConfig config) {
    EtlConfig.Extract etl = config.etl();
    int withSessions = config.source().poolMax() / (etl.parallelTables() + OTHER_SESSIONS);
    long bytesOfJob = (long) etl.openTables() * config.store().bytesOfOpenObject();
    return (int) Math.max(1, Math.min(withSessions, etl.bufferBytes() / bytesOfJob));
  }

  @Bean
  Scheduler scheduler(EtlConfig config, Stores stores, JobRunner runner, InstantSource clock) {
    return new Scheduler(
        stores.database(),
        stores.schedules(),
        stores.jobs(),
        runner::wake,
        config.scheduleGrace(),
        clock);
  }

  @Bean
  SmartLifecycle work(
      EtlConfig config,
      JobRunner runner,
      Scheduler scheduler,
      Stores stores,
      ObjectStore store,
      BacklogLook backlog) {
    Duration callTimeout = config.store().gcs().timeout();
    var left = new LeftUploads(stores.jobs(), stores.claims(), store, callTimeout);
    return new Work(
        runner,
        List.of(
            new Ticker("scheduler", SCHEDULES_EVERY, scheduler::turn),
            new Ticker("left-uploads", LEFT_UPLOADS_EVERY, left::turn),
            new Ticker("backlog", BacklogLook.EVERY, backlog::turn),
            new Ticker("retention", RETENTION_EVERY, stores.retention()::forgetOld)));
  }

  /**
   * Begins after the web server and ends before the pools close: requests have ended by then, jobs
   * are told to.
   */
  private static final class Work implements SmartLifecycle {
    private final JobRunner runner;
    private final List<Ticker> tickers;
    private volatile boolean running;

    Work(JobRunner runner, List<Ticker> tickers) {
      this.runner = runner;
      this.tickers = tickers;
    }

    @Override
    public int getPhase() {
      return 0;
    }

    @Override
    public void start() {
      running = true;
      runner.start();
      tickers.forEach(Ticker::start);
    }

    @Override
    public void stop() {
      tickers.forEach(Ticker::close);
      runner.close();
      running = false;
    }

    @Override
    public boolean isRunning() {
      return running;
    }
  }
}
