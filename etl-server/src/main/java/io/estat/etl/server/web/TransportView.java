package io.estat.etl.server.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.estat.etl.domain.Schedule;
import io.estat.etl.domain.Transport;
import io.estat.etl.domain.TransportId;
import io.estat.etl.server.store.Page;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A transport as the API shows it. */
@Schema(name = "Transport")
record TransportView(
    @JsonProperty(value = "id", required = true)
        @Schema(pattern = "^" + TransportId.PATTERN + "$", example = "TRPID-0a1b2c3d")
        String id,
    @JsonProperty(value = "name", required = true) @Schema(example = "Nightly orders") String name,
    @JsonProperty(value = "description", required = true) String description,
    @JsonProperty(value = "source", required = true) @Schema(example = "default") String source,
    @JsonProperty(value = "tables", required = true)
        @Schema(example = "[\"ORDERS\", \"SHOP.ITEMS\"]")
        List<String> tables,
    @JsonProperty(value = "table_options", required = true)
        Map<String, TransportBody.Options> tableOptions,
    @JsonProperty(value = "enabled", required = true) boolean enabled,
    @JsonProperty(value = "schedule", required = true) TransportBody.@Nullable Times schedule,
    @JsonProperty(value = "status", required = true)
        @Schema(allowableValues = {"idle", "running", "failed"})
        String status,
    @JsonProperty(value = "created_at", required = true) Instant createdAt,
    @JsonProperty(value = "updated_at", required = true) Instant updatedAt) {

  static TransportView of(Transport transport) {
    Schedule schedule = transport.schedule();
    return new TransportView(
        transport.id().value(),
        transport.name(),
        transport.description(),
        transport.source(),
        transport.tables(),
        TransportBody.options(transport.tableOptions()),
        transport.enabled(),
        schedule == null ? null : TransportBody.Times.of(schedule),
        TransportBody.lower(transport.status()),
        transport.createdAt(),
        transport.updatedAt());
  }

  /** A part of the list. */
  @Schema(name = "TransportList")
  record Listed(
      @JsonProperty(value = "transports", required = true) List<TransportView> transports,
      @JsonProperty(value = "total", required = true) long total,
      @JsonProperty(value = "offset", required = true) int offset,
      @JsonProperty(value = "limit", required = true) int limit) {
    static Listed of(Page<Transport> page) {
      return new Listed(
          page.items().stream().map(TransportView::of).toList(),
          page.total(),
          page.offset(),
          page.limit());
    }
  }
}
