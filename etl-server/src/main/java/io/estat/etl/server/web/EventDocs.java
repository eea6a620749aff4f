package io.estat.etl.server.web;

import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What the description of the API says of streams; OpenAPI 3.1 knows them as text only. */
final class EventDocs {
  static final String EVENTS =
      """
      Server-sent events, each with a name and one line of JSON:
      `connected` {transport, job}, first of every stream;
      `job_started` {job_id, at, tables};
      `extraction_started` {job_id, at, table, total_rows};
      `extraction_progress` {job_id, at, table, rows_processed, total_rows, percentage, \
      rows_per_second, bytes, eta_seconds}, at most 4 a second and table;
      `extraction_completed` {job_id, at, table, row_count, byte_count, gcs_path, objects};
      `extraction_failed` {job_id, at, table, error};
      `waiting` {job_id, at, table, reason, patience_seconds} (null: until an instance takes it);
      and the last one: `job_completed` {job_id, at}, `job_failed` or `job_cancelled` {job_id, at, \
      error}.
      `total_rows` is the database's estimate, and null where it has none.
      Events that are kept, for 7 days, have an id, by which a client that comes back says what it \
      has seen; `connected` and most of the progress have none.
      A comment comes in 15 s of silence.
      A client that does not read is dropped, and may come back.
      Browsers that have to send credentials use `fetch`; none are taken from a URL.""";

  private static final String EXAMPLE =
      """
      id: JOB-20260131-235959-0a1b2c3d:2
      event: extraction_started
      data: {"job_id":"JOB-20260131-235959-0a1b2c3d","at":"2026-01-31T23:59:59.123Z",\
      "table":"ORDERS","total_rows":1200}

      """;

  private EventDocs() {}

  /** The answers of a stream that are no refusals. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.METHOD)
  @ApiResponse(
      responseCode = "200",
      description = "The stream, which ends after the job's final event.",
      headers = {
        @Header(
            name = "Cache-Control",
            required = true,
            schema = @Schema(type = "string", allowableValues = "no-store")),
        @Header(
            name = "X-Accel-Buffering",
            required = true,
            schema = @Schema(type = "string", allowableValues = "no"))
      },
      content =
          @Content(
              mediaType = "text/event-stream",
              schema = @Schema(type = "string"),
              examples = @ExampleObject(EXAMPLE)))
  @ApiResponse(
      responseCode = "204",
      description = "The job is ended, and nothing followed what was seen. Do not come back.",
      content = @Content)
  @interface Answers {}
}
