package io.estat.etl.server.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.estat.etl.server.error.ApiError;
import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.error.ErrorCode;
import io.estat.etl.server.store.StoreDatabase;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Should the process get requests? */
@RestController
@Tag(name = "probes", description = "For the platform.")
final class ReadyController {
  private static final Logger LOG = LoggerFactory.getLogger(ReadyController.class);

  private final StoreDatabase store;
  private final ApplicationAvailability availability;

  ReadyController(StoreDatabase store, ApplicationAvailability availability) {
    this.store = store;
    this.availability = availability;
  }

  @Schema(name = "Ready")
  record Ready(
      @JsonProperty(value = "status", required = true) @Schema(allowableValues = "ready")
          String status) {}

  @GetMapping("/api/ready")
  @SecurityRequirements
  @Operation(
      summary = "Should it get requests?",
      description = "503 while it shuts down, or while the job store does not answer.")
  @Fails(ErrorCode.UNAVAILABLE)
  Ready ready() {
    List<ApiError.Detail> reasons = new ArrayList<>();
    if (availability.getReadinessState() == ReadinessState.REFUSING_TRAFFIC) {
      reasons.add(new ApiError.Detail("draining", "the server is being stopped"));
    }
    try {
      store.ping();
    } catch (DataAccessException | TransactionException e) {
      LOG.warn("The job store does not answer: {}", e.getMessage());
      reasons.add(new ApiError.Detail("job_store", "it does not answer"));
    }
    if (!reasons.isEmpty()) {
      throw new ApiException(
          ErrorCode.UNAVAILABLE,
          reasons.stream()
              .map(reason -> reason.field() + ": " + reason.message())
              .collect(Collectors.joining("; ")),
          reasons,
          Map.of());
    }
    return new Ready("ready");
  }
}
