package io.estat.etl.server.web;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Everything that is measured, in Prometheus' text format 0.0.4. */
@RestController
@Tag(name = "probes", description = "For the platform.")
final class MetricsController {
  static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry;

  MetricsController(PrometheusMeterRegistry registry) {
    this.registry = registry;
  }

  @GetMapping("/metrics")
  @Operation(summary = "Everything that is measured")
  @ApiResponse(
      responseCode = "200",
      description = "Prometheus' text format 0.0.4.",
      content = @Content(mediaType = "text/plain", schema = @Schema(type = "string")))
  ResponseEntity<String> metrics() {
    return ResponseEntity.ok().header("Content-Type", TEXT).body(registry.scrape(TEXT));
  }
}
