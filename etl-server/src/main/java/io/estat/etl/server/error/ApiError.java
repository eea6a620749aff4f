package io.estat.etl.server.error;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of every answer that is not a success. */
@Schema(name = "Error", description = "Why a request was refused or failed.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ApiError(
    @JsonProperty(value = "code", required = true) ErrorCode code,
    @JsonProperty(value = "message", required = true)
        @Schema(description = "What is wrong, where, and what to do.")
        String message,
    @JsonProperty("details") @Schema(description = "One entry a field that is wrong.")
        @Nullable List<Detail> details,
    @JsonProperty(value = "trace_id", required = true)
        @Schema(
            description = "The same as in the server's log lines of this request.",
            pattern = "^[0-9a-f]{32}$",
            example = "4bf92f3577b34da6a3ce929d0e0e4736")
        String traceId) {

  /** What is wrong with one field. */
  @Schema(name = "ErrorDetail")
  public record Detail(
      @JsonProperty(value = "field", required = true)
          @Schema(description = "Path of the field or parameter.", example = "tables[0]")
          String field,
      @JsonProperty(value = "message", required = true) String message) {}
}
