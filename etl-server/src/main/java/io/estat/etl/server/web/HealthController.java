package io.estat.etl.server.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Does the process live? It looks at nothing: restarting a server because its store is away helps
 * nobody.
 */
@RestController
@Tag(name = "probes", description = "For the platform.")
final class HealthController {
  private static final String VERSION =
      Objects.requireNonNullElse(
          HealthController.class.getPackage().getImplementationVersion(), "unpackaged");

  @Schema(name = "Health")
  record Health(
      @JsonProperty(value = "status", required = true) @Schema(allowableValues = "ok")
          String status,
      @JsonProperty(value = "timestamp", required = true) Instant timestamp,
      @JsonProperty(value = "version", required = true) String version) {}

  @SecurityRequirements
  @Operation(summary = "Does the process live?")
  @GetMapping({"/api/health", "/health"})
  Health health() {
    return new Health("ok", Instant.now().truncatedTo(ChronoUnit.MILLIS), VERSION);
  }
}
