package io.estat.etl.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.etl.server.store.StoreDatabase;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server's own metrics, as a scrape shows them. */
final class MetricsTest {
  @TempDir Path folder;

  @Test
  void showWhatTheServerDid() throws Exception {
    String url = "jdbc:h2:mem:shop-" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      statement.execute("create table ORDERS as select X as ID from system_range(1, 25)");
    }
    try (RunningServer server =
        RunningServer.start(
            folder, "SOURCE_URL", url, "SOURCE_POOL_MAX", "7", "REPOSITORY_POOL_MAX", "6")) {
      String transport =
          server
              .send("POST", "/api/transports", "{\"name\": \"a\", \"tables\": [\"ORDERS\"]}")
              .json()
              .path("id")
              .asString();
      server.send("POST", "/api/transports/" + transport + "/execute", null);
      // Together: the job store is asked for what runs, and not at every scrape.
      await()
          .untilAsserted(
              () ->
                  assertThat(server.get("/metrics").body())
                      .contains("estat_etl_jobs_ended_total{status=\"completed\"} 1.0\n")
                      .contains("estat_etl_job_duration_seconds_count 1\n")
                      .contains("estat_etl_jobs_running 0.0\n"));
      assertThat(server.get("/metrics").body())
          .contains("estat_etl_tables_ended_total{status=\"completed\"} 1.0\n")
          .contains("estat_etl_landed_rows_total 25.0\n")
          .contains("estat_etl_pool_max_connections{pool=\"source\"} 7.0\n")
          .contains("estat_etl_pool_max_connections{pool=\"job_store\"} 6.0\n")
          .contains("estat_etl_job_store_up 1.0\n")
          .contains("estat_etl_schedule_skips_total{reason=\"missed\"} 0.0\n")
          .contains("estat_etl_breaker_state{breaker=\"database\",state=\"closed\"} 1.0\n")
          .contains("estat_etl_breaker_state{breaker=\"store\",state=\"open\"} 0.0\n")
          .contains("estat_etl_streams 0.0\n")
          .doesNotContain(transport)
          .doesNotContain("ORDERS");
    }
  }

  @Test
  void aScrapeDoesNotWaitForAJobStoreThatIsAway() {
    try (RunningServer server = RunningServer.start(folder)) {
      server.bean(StoreDatabase.class).close();
      await()
          .untilAsserted(
              () ->
                  assertThat(server.get("/metrics").body())
                      .contains("estat_etl_job_store_up 0.0\n")
                      .contains("estat_etl_jobs_running NaN\n"));
    }
  }
}
