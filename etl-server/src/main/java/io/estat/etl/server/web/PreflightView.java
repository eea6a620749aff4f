package io.estat.etl.server.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.estat.etl.domain.TransportId;
import io.estat.etl.extract.PreflightReport;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a job of the transport would meet. */
@Schema(name = "Preflight")
record PreflightView(
    @JsonProperty(value = "transport_id", required = true) @Schema(example = "TRPID-0a1b2c3d")
        String transportId,
    @JsonProperty(value = "ok", required = true)
        @Schema(description = "Whether nothing failed: a job would run.")
        boolean ok,
    @JsonProperty(value = "checks", required = true) List<Tried> checks) {

  static PreflightView of(TransportId transport, PreflightReport report) {
    return new PreflightView(
        transport.value(), report.ok(), report.checks().stream().map(Tried::of).toList());
  }

  /** One thing that was looked at. */
  @Schema(name = "PreflightCheck")
  record Tried(
      @JsonProperty(value = "check", required = true) @Schema(example = "table") String check,
      @JsonProperty(value = "table", required = true)
          @Schema(description = "As the transport names it; null: about all.", example = "ORDERS")
          @Nullable String table,
      @JsonProperty(value = "status", required = true)
          @Schema(
              description = "With a warning the job would run, but not as well as it could.",
              allowableValues = {"ok", "warning", "failed"})
          String status,
      @JsonProperty(value = "message", required = true) @Schema(description = "What was found.")
          String message,
      @JsonProperty(value = "fix", required = true)
          @Schema(description = "What to do about it; null: nothing.")
          @Nullable String fix) {
    static Tried of(PreflightReport.Check check) {
      return new Tried(
          check.check(),
          check.table(),
          TransportBody.lower(check.verdict()),
          check.message(),
          check.fix());
    }
  }
}
