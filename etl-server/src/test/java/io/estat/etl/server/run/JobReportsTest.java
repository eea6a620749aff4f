package io.estat.etl.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobStatus;
import io.estat.etl.domain.Trigger;
import io.estat.etl.extract.ClaimLostException;
import io.estat.etl.server.store.Claim;
import io.estat.etl.server.store.JobCreation;
import io.estat.etl.server.store.StoreDatabase;
import io.estat.etl.server.store.StoreSettings;
import io.estat.etl.server.store.Stores;
import io.estat.etl.server.store.TransportCreation;
import io.estat.etl.server.store.TransportDefinition;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;

final class JobReportsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

  private final String url = "jdbc:h2:mem:" + UUID.randomUUID();
  private final StoreDatabase database = StoreDatabase.open(new StoreSettings(url, "", ""));
  private final Stores stores =
      Stores.of(database, InstantSource.fixed(NOW), RandomGenerator.getDefault());

  @AfterEach
  void close() {
    database.close();
  }

  /** Its manifest is there, whatever becomes of the report. */
  @Test
  void aJobThatWasReportedAsCompletedHasNoOtherEnd() throws Exception {
    Job job = job();
    Claim claim = stores.claims().claim("this").orElseThrow();
    var reports =
        new JobReports(
            claim,
            stores.claims(),
            stores.events(),
            (id, event, seq) -> {},
            new RunnerOptions("this", 1),
            InstantSource.fixed(NOW));
    reports.on(new JobEvent.JobStarted(NOW, List.of("ORDERS")));
    reports.on(new JobEvent.ExtractionStarted(NOW, "ORDERS", 1));
    reports.on(new JobEvent.ExtractionCompleted(NOW, "ORDERS", List.of()));
    sql("alter table estat_job_event rename to away");
    assertThatThrownBy(() -> reports.on(new JobEvent.JobCompleted(NOW)))
        .isInstanceOf(DataAccessException.class);
    sql("alter table away rename to estat_job_event");

    var broken = new JobEvent.JobFailed(NOW, RunningJob.BROKEN);
    reports.on(broken);

    assertThat(stores.jobs().find(job.id()).orElseThrow().status()).isEqualTo(JobStatus.COMPLETED);
    assertThatThrownBy(() -> reports.on(broken)).isInstanceOf(ClaimLostException.class);
  }

  private Job job() {
    var definition =
        new TransportDefinition("a", "", "default", List.of("ORDERS"), Map.of(), true, null);
    var transport = (TransportCreation.Created) stores.transports().create(definition, null);
    var creation = stores.jobs().create(transport.transport().id(), Trigger.API, null);
    return ((JobCreation.Created) creation).job();
  }

  private void sql(String statement) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "", "")) {
      connection.createStatement().execute(statement);
    }
  }
}
