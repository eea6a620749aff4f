package io.estat.etl.server.web;

import io.estat.etl.domain.TableName;
import io.estat.etl.domain.Transport;
import io.estat.etl.plan.PlanException;
import io.estat.etl.plan.Planner;
import io.estat.etl.plan.TablePlan;
import io.estat.etl.plan.TableRequest;
import io.estat.etl.server.config.EtlConfig;
import io.estat.etl.server.error.ApiError;
import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.error.ErrorCode;
import io.estat.etl.server.web.PreflightView.Check;
import io.estat.etl.server.web.PreflightView.Plan;
import io.estat.etl.source.Snapshot;
import io.estat.etl.source.Source;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectUpload;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.StoreException;
import io.estat.storage.UploadBudget;
import io.estat.storage.UploadRetry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Tries what a job would do, and moves nothing: tables are planned at a snapshot, an upload is sent
 * to the store and aborted.
 */
@Component
final class Preflight {
  private static final Logger LOG = LoggerFactory.getLogger(Preflight.class);
  private static final Duration STORE_TIMEOUT = Duration.ofSeconds(20);

  private final Source source;
  private final SourceCatalog catalog;
  private final ObjectStore store;
  private final EtlConfig config;

  Preflight(Source source, SourceCatalog catalog, ObjectStore store, EtlConfig config) {
    this.source = source;
    this.catalog = catalog;
    this.store = store;
    this.config = config;
  }

  /**
   * @throws ApiException ORACLE_CONNECTION_ERROR if the source does not answer, GCS_UPLOAD_ERROR if
   *     the store refuses; then with what else was found
   */
  PreflightView check(Transport transport) {
    List<Check> checks = new ArrayList<>();
    List<Plan> plans = new ArrayList<>();
    String version =
        catalog.ask(connection -> connection.getMetaData().getDatabaseProductVersion());
    checks.add(new Check("source", null, true, source.dialect().name() + " " + version));
    tables(transport, checks, plans);
    store(transport, checks);
    return new PreflightView(
        transport.id().value(), checks.stream().allMatch(Check::ok), checks, plans);
  }

  private void tables(Transport transport, List<Check> checks, List<Plan> plans) {
    var planner = new Planner(source, config.etl().encode(), config.etl().chunkRows());
    try (Snapshot snapshot = source.dialect().openSnapshot(source, 1)) {
      for (String asked : transport.tables()) {
        var request =
            new TableRequest(asked, TableName.parse(asked), transport.options(asked));
        try {
          TablePlan plan = planner.plan(snapshot, request);
          plans.add(shown(asked, plan));
          checks.add(
              new Check("table", asked, true, plan.columns().size() + " columns can be read"));
        } catch (PlanException e) {
          checks.add(new Check("table", asked, false, e.failure().message()));
        }
      }
    } catch (SQLException e) {
      LOG.warn("A preflight of {} failed at the source: {}", transport.id(), e.getMessage());
      throw new ApiException(
          ErrorCode.ORACLE_CONNECTION_ERROR,
          "the source database refuses (SQLState %s, code %d); the log tells more"
              .formatted(e.getSQLState(), e.getErrorCode()));
    }
  }

  private static Plan shown(String asked, TablePlan plan) {
    long rows = plan.table().rows();
    return new Plan(
        asked,
        plan.kind(),
        plan.reason(),
        plan.chunks().size(),
        rows < 0 ? null : rows,
        plan.columns().size());
  }

  private void store(Transport transport, List<Check> checks) {
    String key = "%s/_preflight-%s".formatted(transport.id(), UUID.randomUUID());
    var request =
        new ObjectUploadRequest(
            key,
            "application/octet-stream",
            Map.of(),
            ObjectUploadRequest.DEFAULT_PART_BYTES,
            new UploadBudget(2L * ObjectUploadRequest.DEFAULT_PART_BYTES),
            STORE_TIMEOUT,
            UploadRetry.NEVER);
    try (ObjectUpload upload = store.upload(request)) {
      upload.append(new byte[] {'{', '}', '\n'}, 0, 3);
      upload.finishParts();
    } catch (StoreException e) {
      LOG.warn("A preflight of {} failed at the store: {}", transport.id(), e.getMessage());
      throw refused(e, checks);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException(ErrorCode.UNAVAILABLE, "the server shuts down");
    }
    checks.add(new Check("store", null, true, store.url() + " takes uploads"));
  }

  private ApiException refused(StoreException e, List<Check> checks) {
    List<ApiError.Detail> details = new ArrayList<>();
    details.add(new ApiError.Detail("store", store.url() + ": " + e.kind()));
    for (Check check : checks) {
      if (!check.ok()) {
        details.add(new ApiError.Detail(String.valueOf(check.table()), check.message()));
      }
    }
    return new ApiException(
        ErrorCode.GCS_UPLOAD_ERROR,
        "%s does not take uploads (%s); check that it exists and that its credentials may create objects"
            .formatted(store.url(), e.kind()),
        details,
        Map.of());
  }
}
