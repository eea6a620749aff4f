package io.estat.etl.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobId;
import io.estat.etl.domain.LandedObject;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class JobMetersTest {
  private static final Instant TEN = Instant.parse("2026-03-01T10:00:00Z");
  private static final Failure WHY = new Failure("SOURCE_ERROR", "refused");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JobMeters meters = new JobMeters(registry);
  private final Random random = new Random(1);
  private final JobId job = JobId.mint(TEN, random);

  @Test
  void everySeriesIsThereBeforeAnythingHappens() {
    assertThat(registry.scrape())
        .contains("estat_etl_jobs_ended_total{status=\"completed\"} 0.0\n")
        .contains("estat_etl_jobs_ended_total{status=\"failed\"} 0.0\n")
        .contains("estat_etl_jobs_ended_total{status=\"cancelled\"} 0.0\n")
        .contains("estat_etl_tables_ended_total{status=\"completed\"} 0.0\n")
        .contains("estat_etl_tables_ended_total{status=\"failed\"} 0.0\n")
        .contains("estat_etl_landed_rows_total 0.0\n")
        .contains("estat_etl_landed_bytes_total 0.0\n")
        .contains("estat_etl_job_duration_seconds_count 0\n");
  }

  @Test
  void countsWhatAJobLandsAndHowItEnds() {
    tell(new JobEvent.JobStarted(TEN, List.of("A", "B")));
    tell(new JobEvent.ExtractionCompleted(TEN, "A", List.of(object(3, 40), object(2, 20))));
    tell(new JobEvent.ExtractionFailed(TEN, "B", WHY));
    tell(new JobEvent.JobFailed(TEN.plusSeconds(90), WHY));

    assertThat(registry.scrape())
        .contains("estat_etl_landed_rows_total 5.0\n")
        .contains("estat_etl_landed_bytes_total 60.0\n")
        .contains("estat_etl_tables_ended_total{status=\"completed\"} 1.0\n")
        .contains("estat_etl_tables_ended_total{status=\"failed\"} 1.0\n")
        .contains("estat_etl_jobs_ended_total{status=\"failed\"} 1.0\n")
        .contains("estat_etl_jobs_ended_total{status=\"completed\"} 0.0\n")
        .contains("estat_etl_job_duration_seconds_bucket{le=\"60.0\"} 0\n")
        .contains("estat_etl_job_duration_seconds_bucket{le=\"300.0\"} 1\n")
        .contains("estat_etl_job_duration_seconds_sum 90.0\n");
  }

  @Test
  void aJobThatBeganElsewhereCountsAsEndedAndHasNoDuration() {
    tell(new JobEvent.JobFailed(TEN, WHY));
    assertThat(registry.scrape())
        .contains("estat_etl_jobs_ended_total{status=\"failed\"} 1.0\n")
        .contains("estat_etl_job_duration_seconds_count 0\n");
  }

  @Test
  void forgetsJobsWhoseEndIsNeverHeardOf() {
    tell(new JobEvent.JobStarted(TEN, List.of()));
    for (int i = 0; i < 1000; i++) {
      meters.on(JobId.mint(TEN, random), new JobEvent.JobStarted(TEN, List.of()), 1);
    }
    tell(new JobEvent.JobCompleted(TEN.plusSeconds(1)));
    assertThat(registry.scrape()).contains("estat_etl_job_duration_seconds_count 0\n");
  }

  private void tell(JobEvent event) {
    meters.on(job, event, 1);
  }

  private static LandedObject object(long rows, long bytes) {
    return new LandedObject("A.jsonl.gz", "file:///A.jsonl.gz", rows, bytes, "00000000", null);
  }
}
