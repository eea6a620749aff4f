package io.estat.etl.server.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobId;
import io.estat.etl.domain.Transport;
import io.estat.etl.domain.TransportId;
import io.estat.etl.domain.Trigger;
import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.error.ErrorCode;
import io.estat.etl.server.store.IdempotencyKey;
import io.estat.etl.server.store.JobCreation;
import io.estat.etl.server.store.JobStore;
import io.estat.etl.server.store.TransportStore;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Transports: what is copied, and when. */
@RestController
@RequestMapping("/api/transports")
@Tag(name = "transports", description = "What is copied, and when.")
final class TransportController {
  static final String MERGE_PATCH = "application/merge-patch+json";
  private static final String KEY = "^[\\x21-\\x7e]{1,200}$";

  private final Transports transports;
  private final TransportStore store;
  private final JobStore jobs;
  private final MergePatch patch;
  private final Preflight preflight;
  private final JsonMapper json;

  TransportController(
      Transports transports,
      TransportStore store,
      JobStore jobs,
      MergePatch patch,
      Preflight preflight,
      JsonMapper json) {
    this.transports = transports;
    this.store = store;
    this.jobs = jobs;
    this.patch = patch;
    this.preflight = preflight;
    this.json = json;
  }

  @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(summary = "Create a transport")
  @ApiResponse(
      responseCode = "201",
      description = "Created.",
      headers = {
        @Header(name = "Location", required = true, schema = @Schema(type = "string")),
        @Header(name = "ETag", required = true, schema = @Schema(type = "string"))
      })
  @Fails({ErrorCode.CONFLICT, ErrorCode.ORACLE_CONNECTION_ERROR})
  ResponseEntity<TransportView> create(
      @Valid @RequestBody TransportBody body,
      @Parameter(description = "The same key within 24 h makes no second transport.")
          @RequestHeader(name = "Idempotency-Key", required = false)
          @Pattern(regexp = KEY, message = "must have 1 to 200 printable ASCII characters")
          @Nullable String idempotencyKey,
      @Parameter(hidden = true) Principal caller) {
    IdempotencyKey key =
        idempotencyKey == null
            ? null
            : new IdempotencyKey(
                "create a transport by " + caller.getName(),
                idempotencyKey,
                json.writeValueAsString(body));
    Transport created = transports.create(body.definition(), key);
    return answer(ResponseEntity.created(URI.create("/api/transports/" + created.id())), created);
  }

  @GetMapping
  @Operation(summary = "List transports, the oldest first")
  TransportView.Listed list(
      @RequestParam(defaultValue = "0") @Min(value = 0, message = "must be 0 or more") int offset,
      @RequestParam(defaultValue = Paging.DEFAULT_LIMIT)
          @Min(value = 1, message = "must be 1 to 100")
          @Max(value = Paging.MAX_LIMIT, message = "must be 1 to 100")
          int limit) {
    return TransportView.Listed.of(store.page(offset, limit));
  }

  @GetMapping("/{id}")
  @Operation(summary = "Get a transport")
  @ApiResponse(
      responseCode = "200",
      description = "The transport.",
      headers = @Header(name = "ETag", required = true, schema = @Schema(type = "string")))
  @Fails(ErrorCode.TRANSPORT_NOT_FOUND)
  ResponseEntity<TransportView> get(@PathVariable String id) {
    return answer(ResponseEntity.ok(), transports.find(id(id)));
  }

  @PutMapping(path = "/{id}", consumes = MediaType.APPLICATION_JSON_VALUE)
  @Operation(summary = "Replace a transport")
  @ApiResponse(
      responseCode = "200",
      description = "As it is now.",
      headers = @Header(name = "ETag", required = true, schema = @Schema(type = "string")))
  @Fails({
    ErrorCode.TRANSPORT_NOT_FOUND,
    ErrorCode.CONFLICT,
    ErrorCode.PRECONDITION_FAILED,
    ErrorCode.ORACLE_CONNECTION_ERROR
  })
  ResponseEntity<TransportView> replace(
      @PathVariable String id,
      @Valid @RequestBody TransportBody body,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
    return answer(
        ResponseEntity.ok(), transports.update(id(id), ifMatch, before -> body.definition()));
  }

  @PatchMapping(
      path = "/{id}",
      consumes = {MERGE_PATCH, MediaType.APPLICATION_JSON_VALUE})
  @Operation(
      summary = "Change a transport",
      description = "JSON Merge Patch (RFC 7396): null removes a field, lists are replaced.")
  @io.swagger.v3.oas.annotations.parameters.RequestBody(
      required = true,
      content = {
        @Content(
            mediaType = MERGE_PATCH,
            schema = @Schema(ref = "#/components/schemas/TransportPatch")),
        @Content(
            mediaType = MediaType.APPLICATION_JSON_VALUE,
            schema = @Schema(ref = "#/components/schemas/TransportPatch"))
      })
  @ApiResponse(
      responseCode = "200",
      description = "As it is now.",
      headers = @Header(name = "ETag", required = true, schema = @Schema(type = "string")))
  @Fails({
    ErrorCode.TRANSPORT_NOT_FOUND,
    ErrorCode.CONFLICT,
    ErrorCode.PRECONDITION_FAILED,
    ErrorCode.ORACLE_CONNECTION_ERROR
  })
  ResponseEntity<TransportView> change(
      @PathVariable String id,
      @RequestBody byte[] body,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
    return answer(
        ResponseEntity.ok(),
        transports.update(id(id), ifMatch, before -> patch.apply(before, body)));
  }

  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(summary = "Delete a transport", description = "Its jobs and landed objects stay.")
  @ApiResponse(responseCode = "204", description = "Deleted.")
  @Fails({ErrorCode.TRANSPORT_NOT_FOUND, ErrorCode.CONFLICT, ErrorCode.PRECONDITION_FAILED})
  void delete(
      @PathVariable String id,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
    transports.delete(id(id), ifMatch);
  }

  /** What execute answers. */
  @Schema(name = "JobStart")
  record JobStart(
      @JsonProperty(value = "job_id", required = true)
          @Schema(pattern = "^" + JobId.PATTERN + "$", example = "JOB-20260131-235959-0a1b2c3d")
          String jobId,
      @JsonProperty(value = "transport_id", required = true)
          @Schema(pattern = "^" + TransportId.PATTERN + "$", example = "TRPID-0a1b2c3d")
          String transportId,
      @JsonProperty(value = "version", required = true) @Schema(minimum = "1", example = "1")
          int version,
      @JsonProperty(value = "status", required = true) @Schema(allowableValues = "pending")
          String status) {
    static JobStart of(Job job) {
      return new JobStart(job.id().value(), job.transportId().value(), job.version(), "pending");
    }
  }

  @PostMapping("/{id}/execute")
  @ResponseStatus(HttpStatus.ACCEPTED)
  @Operation(summary = "Run a transport now", description = "The job runs in the background.")
  @ApiResponse(
      responseCode = "202",
      description = "The job that was begun.",
      headers = @Header(name = "Location", required = true, schema = @Schema(type = "string")))
  @Fails({ErrorCode.TRANSPORT_NOT_FOUND, ErrorCode.TRANSPORT_NOT_EXECUTABLE, ErrorCode.CONFLICT})
  ResponseEntity<JobStart> execute(
      @PathVariable String id,
      @Parameter(description = "The same key within 24 h begins no second job.")
          @RequestHeader(name = "Idempotency-Key", required = false)
          @Pattern(regexp = KEY, message = "must have 1 to 200 printable ASCII characters")
          @Nullable String idempotencyKey,
      @Parameter(hidden = true) Principal caller) {
    TransportId transport = id(id);
    IdempotencyKey key =
        idempotencyKey == null
            ? null
            : new IdempotencyKey(
                "execute %s by %s".formatted(transport, caller.getName()), idempotencyKey, "");
    Job job =
        switch (jobs.create(transport, Trigger.API, key)) {
          case JobCreation.Created created -> created.job();
          case JobCreation.Repeated repeated -> repeated.job();
          case JobCreation.KeyUsedOtherwise() -> throw Transports.keyUsedOtherwise();
          case JobCreation.TransportNotFound() -> throw Transports.notFound(transport);
          case JobCreation.TransportDisabled() ->
              throw notExecutable("transport %s is disabled".formatted(transport));
          case JobCreation.TransportBusy busy ->
              throw notExecutable(
                  "transport %s runs already: %s is not ended".formatted(transport, busy.job()));
        };
    return ResponseEntity.accepted()
        .location(URI.create("/api/jobs/" + job.id()))
        .body(JobStart.of(job));
  }

  @PostMapping("/{id}/preflight")
  @Operation(
      summary = "Try what a job would do, and move nothing",
      description = "Tables and rights, column types, how tables are cut, and an aborted upload.")
  @Fails({
    ErrorCode.TRANSPORT_NOT_FOUND,
    ErrorCode.ORACLE_CONNECTION_ERROR,
    ErrorCode.GCS_UPLOAD_ERROR
  })
  PreflightView preflight(@PathVariable String id) throws InterruptedException {
    return preflight.check(transports.find(id(id)));
  }

  private static ApiException notExecutable(String why) {
    return new ApiException(ErrorCode.TRANSPORT_NOT_EXECUTABLE, why);
  }

  private static TransportId id(String text) {
    return Ids.transport("id", text);
  }

  private static ResponseEntity<TransportView> answer(
      ResponseEntity.BodyBuilder answer, Transport transport) {
    return answer
        .header(HttpHeaders.ETAG, Revision.tag(transport))
        .body(TransportView.of(transport));
  }
}
