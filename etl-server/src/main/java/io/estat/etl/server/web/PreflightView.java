package io.estat.etl.server.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a job of the transport would meet. */
@Schema(name = "Preflight")
record PreflightView(
    @JsonProperty(value = "transport_id", required = true) @Schema(example = "TRPID-0a1b2c3d")
        String transportId,
    @JsonProperty(value = "ok", required = true)
        @Schema(description = "Whether no check failed.")
        boolean ok,
    @JsonProperty(value = "checks", required = true) List<Check> checks,
    @JsonProperty(value = "tables", required = true) List<Plan> tables) {

  /** One thing that was tried. */
  @Schema(name = "PreflightCheck")
  record Check(
      @JsonProperty(value = "name", required = true)
          @Schema(allowableValues = {"source", "table", "store"})
          String name,
      @JsonProperty(value = "table", required = true)
          @Schema(description = "As the transport names it.")
          @Nullable String table,
      @JsonProperty(value = "ok", required = true) boolean ok,
      @JsonProperty(value = "message", required = true)
          @Schema(description = "What was found; if it failed, how to fix it.")
          String message) {}

  /** How a table would be read. */
  @Schema(name = "PreflightPlan")
  record Plan(
      @JsonProperty(value = "table", required = true) @Schema(example = "ORDERS") String table,
      @JsonProperty(value = "split", required = true) @Schema(example = "key ranges") String split,
      @JsonProperty(value = "reason", required = true)
          @Schema(description = "Why not finer, or empty.")
          String reason,
      @JsonProperty(value = "chunks", required = true) @Schema(minimum = "0") int chunks,
      @JsonProperty(value = "row_estimate", required = true)
          @Schema(minimum = "0", description = "Null: never analyzed.")
          @Nullable Long rowEstimate,
      @JsonProperty(value = "columns", required = true) @Schema(minimum = "1") int columns) {}
}
