package io.estat.etl.server.web;

import io.estat.etl.breaker.Breaker;
import io.estat.etl.breaker.Breakers;
import io.estat.etl.domain.Transport;
import io.estat.etl.extract.Extractor;
import io.estat.etl.extract.PreflightReport;
import io.estat.etl.extract.PreflightReport.Check;
import io.estat.etl.extract.PreflightReport.Verdict;
import io.estat.etl.plan.TableRequest;
import io.estat.etl.server.error.ApiError;
import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.error.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Tries what a job of a transport would do, and moves nothing. */
@Component
final class Preflight {
  private final Extractor extractor;
  private final Breakers breakers;

  Preflight(Extractor extractor, Breakers breakers) {
    this.extractor = extractor;
    this.breakers = breakers;
  }

  /**
   * @throws ApiException ORACLE_CONNECTION_ERROR if the source cannot be read at all,
   *     GCS_UPLOAD_ERROR if the store refuses; with everything that failed. While one of them is
   *     known to be away, at once: ORACLE_CONNECTION_ERROR or UNAVAILABLE
   */
  PreflightView check(Transport transport) throws InterruptedException {
    requireClosed(breakers.database(), ErrorCode.ORACLE_CONNECTION_ERROR);
    requireClosed(breakers.store(), ErrorCode.UNAVAILABLE);
    List<TableRequest> tables =
        transport.tables().stream()
            .map(table -> TableRequest.of(table, transport.options(table)))
            .toList();
    PreflightReport report = io.estat.etl.extract.Preflight.run(extractor, tables);
    List<Check> failed =
        report.checks().stream().filter(check -> check.verdict() == Verdict.FAILED).toList();
    requireNot("connection", ErrorCode.ORACLE_CONNECTION_ERROR, failed);
    requireNot("store", ErrorCode.GCS_UPLOAD_ERROR, failed);
    return PreflightView.of(transport.id(), report);
  }

  private static void requireClosed(Breaker breaker, ErrorCode code) {
    breaker
        .outage()
        .ifPresent(
            outage -> {
              throw OutageAnswer.of(code, outage);
            });
  }

  private static void requireNot(String name, ErrorCode code, List<Check> failed) {
    List<Check> fatal = failed.stream().filter(check -> check.check().equals(name)).toList();
    if (!fatal.isEmpty()) {
      throw new ApiException(
          code,
          fatal.stream()
              .map(check -> check.message() + "; " + check.fix())
              .collect(Collectors.joining("; ")),
          failed.stream()
              .map(
                  check ->
                      new ApiError.Detail(
                          check.table() == null ? check.check() : check.table(), check.message()))
              .toList(),
          Map.of());
    }
  }
}
