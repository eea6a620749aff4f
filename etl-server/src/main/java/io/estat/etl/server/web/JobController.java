package io.estat.etl.server.web;

import io.estat.etl.domain.JobId;
import io.estat.etl.domain.JobStatus;
import io.estat.etl.domain.TransportId;
import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.error.ErrorCode;
import io.estat.etl.server.store.CancelRequest;
import io.estat.etl.server.store.JobStore;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Jobs: the runs of transports. */
@RestController
@RequestMapping("/api/jobs")
@Tag(name = "jobs", description = "The runs of transports.")
final class JobController {
  private final JobStore jobs;

  JobController(JobStore jobs) {
    this.jobs = jobs;
  }

  @GetMapping
  @Operation(summary = "List jobs, the newest first")
  JobView.Listed list(
      @Parameter(schema = @Schema(pattern = "^" + TransportId.PATTERN + "$"))
          @RequestParam(name = "transport_id", required = false)
          @Nullable String transportId,
      @Parameter(
              schema =
                  @Schema(
                      allowableValues = {"pending", "running", "completed", "failed", "cancelled"}))
          @RequestParam(required = false)
          @Nullable String status,
      @RequestParam(defaultValue = "0") @Min(value = 0, message = "must be 0 or more") int offset,
      @RequestParam(defaultValue = Paging.DEFAULT_LIMIT)
          @Min(value = 1, message = "must be 1 to 100")
          @Max(value = Paging.MAX_LIMIT, message = "must be 1 to 100")
          int limit) {
    return JobView.Listed.of(
        jobs.page(
            transportId == null ? null : Ids.transport("transport_id", transportId),
            status == null ? null : status(status),
            offset,
            limit));
  }

  @GetMapping("/{id}")
  @Operation(summary = "Get a job with its extractions")
  @Fails(ErrorCode.JOB_NOT_FOUND)
  JobView get(@PathVariable String id) {
    JobId job = Ids.job(id);
    return JobView.of(jobs.find(job).orElseThrow(() -> notFound(job)));
  }

  @PostMapping("/{id}/cancel")
  @ResponseStatus(HttpStatus.ACCEPTED)
  @Operation(
      summary = "Cancel a job",
      description =
          "Statements are cancelled and uploads aborted; the job is cancelled when both have"
              + " ended, within 30 s.")
  @ApiResponse(responseCode = "202", description = "The job as it is; it will be cancelled.")
  @Fails({ErrorCode.JOB_NOT_FOUND, ErrorCode.JOB_NOT_CANCELLABLE})
  JobView cancel(@PathVariable String id) {
    JobId job = Ids.job(id);
    return switch (jobs.requestCancel(job)) {
      case CancelRequest.Accepted accepted -> JobView.of(accepted.job());
      case CancelRequest.NotFound() -> throw notFound(job);
      case CancelRequest.AlreadyEnded ended ->
          throw new ApiException(
              ErrorCode.JOB_NOT_CANCELLABLE,
              "%s is %s already".formatted(job, TransportBody.lower(ended.job().status())));
    };
  }

  private static JobStatus status(String text) {
    return Arrays.stream(JobStatus.values())
        .filter(status -> TransportBody.lower(status).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                ApiException.ofField(
                    "status",
                    "must be one of "
                        + String.join(
                            ", ",
                            Arrays.stream(JobStatus.values())
                                .map(status -> status.name().toLowerCase(Locale.ROOT))
                                .toList())));
  }

  private static ApiException notFound(JobId id) {
    return new ApiException(ErrorCode.JOB_NOT_FOUND, "there is no job " + id);
  }
}
