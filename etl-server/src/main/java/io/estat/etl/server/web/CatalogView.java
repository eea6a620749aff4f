package io.estat.etl.server.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.estat.etl.domain.Column;
import io.estat.etl.source.TableInfo;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.util.RawValue;

/** The source database as the API shows it. */
final class CatalogView {
  private CatalogView() {}

  /** A table or view. */
  @Schema(name = "Table")
  record Table(
      @JsonProperty(value = "owner", required = true) @Schema(example = "SHOP") String owner,
      @JsonProperty(value = "name", required = true) @Schema(example = "ORDERS") String name,
      @JsonProperty(value = "row_estimate", required = true)
          @Schema(description = "The database's own estimate; null: never analyzed.", minimum = "0")
          @Nullable Long rowEstimate,
      @JsonProperty(value = "column_count", required = true) @Schema(minimum = "0")
          int columnCount) {
    static Table of(TableInfo table) {
      return new Table(
          String.valueOf(table.name().owner()),
          table.name().name(),
          table.rows() < 0 ? null : table.rows(),
          table.columns());
    }
  }

  /** A part of the list. */
  @Schema(name = "TableList")
  record Tables(
      @JsonProperty(value = "tables", required = true) List<Table> tables,
      @JsonProperty(value = "total", required = true) long total,
      @JsonProperty(value = "offset", required = true) int offset,
      @JsonProperty(value = "limit", required = true) int limit) {}

  /** One column. */
  @Schema(name = "Column")
  record ColumnShown(
      @JsonProperty(value = "name", required = true) @Schema(example = "ID") String name,
      @JsonProperty(value = "type", required = true) @Schema(example = "NUMBER") String type,
      @JsonProperty(value = "precision", required = true)
          @Schema(description = "Declared digits or length.")
          @Nullable Integer precision,
      @JsonProperty(value = "scale", required = true)
          @Schema(description = "Declared digits after the point.")
          @Nullable Integer scale,
      @JsonProperty(value = "nullable", required = true) boolean nullable) {
    static ColumnShown of(Column column) {
      return new ColumnShown(
          column.name(),
          column.type(),
          column.precision() < 0 ? null : column.precision(),
          column.scale() < 0 ? null : column.scale(),
          column.nullable());
    }
  }

  /** A table's columns. */
  @Schema(name = "TableColumns")
  record Columns(
      @JsonProperty(value = "owner", required = true) String owner,
      @JsonProperty(value = "name", required = true) String name,
      @JsonProperty(value = "columns", required = true) List<ColumnShown> columns) {}

  /** First rows of a table, in the shape in which they would land. */
  @Schema(name = "TableSample")
  record Sample(
      @JsonProperty(value = "owner", required = true) String owner,
      @JsonProperty(value = "name", required = true) String name,
      @JsonProperty(value = "rows", required = true)
          @Schema(description = "By column, as the lines that would land.")
          List<RawValue> rows) {}

  /** Whether the source answers. */
  @Schema(name = "SourceStatus")
  record Status(
      @JsonProperty(value = "connected", required = true) boolean connected,
      @JsonProperty(value = "database", required = true)
          @Schema(allowableValues = {"oracle", "postgresql", "mariadb", "h2"})
          String database,
      @JsonProperty(value = "version", required = true) @Nullable String version,
      @JsonProperty(value = "instance", required = true)
          @Schema(description = "Catalog or schema of the connection.")
          @Nullable String instance,
      @JsonProperty(value = "pool", required = true) @Nullable Pool pool,
      @JsonProperty(value = "error", required = true)
          @Schema(description = "Why it is not connected.")
          @Nullable String error,
      @JsonProperty(value = "checked_at", required = true) Instant checkedAt) {}

  /** Connections of the pool. */
  @Schema(name = "PoolStatistics")
  record Pool(
      @JsonProperty(value = "active", required = true) @Schema(minimum = "0") int active,
      @JsonProperty(value = "idle", required = true) @Schema(minimum = "0") int idle,
      @JsonProperty(value = "waiting", required = true) @Schema(minimum = "0") int waiting,
      @JsonProperty(value = "max", required = true) @Schema(minimum = "1") int max) {}
}
