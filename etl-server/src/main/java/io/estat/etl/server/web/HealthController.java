package io.estat.etl.server.web;

import com.fasterxml.jackson.annotation.JsonProperty;
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
final class HealthController {
  private static final String VERSION =
      Objects.requireNonNullElse(
          HealthController.class.getPackage().getImplementationVersion(), "unpackaged");

  record Health(
      @JsonProperty(value = "status", required = true) String status,
      @JsonProperty(value = "timestamp", required = true) Instant timestamp,
      @JsonProperty(value = "version", required = true) String version) {}

  @GetMapping({"/api/health", "/health"})
  Health health() {
    return new Health("ok", Instant.now().truncatedTo(ChronoUnit.MILLIS), VERSION);
  }
}
