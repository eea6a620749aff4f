package io.estat.etl.server.web;

import io.estat.etl.server.config.EtlConfig;
import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.error.ErrorCode;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The source database: whether it answers, and what it has. */
@RestController
@RequestMapping("/api")
@Tag(name = "source", description = "The source database.")
final class CatalogController {
  private final Catalog catalog;
  private final EtlConfig config;

  CatalogController(Catalog catalog, EtlConfig config) {
    this.catalog = catalog;
    this.config = config;
  }

  @GetMapping("/oracle/status")
  @Operation(
      summary = "Whether the source database answers",
      description = "For whichever database the source is.")
  CatalogView.Status status() {
    return catalog.status();
  }

  @GetMapping("/tables")
  @Operation(summary = "List tables and views")
  @Fails(ErrorCode.ORACLE_CONNECTION_ERROR)
  CatalogView.Tables tables(
      @RequestParam(required = false)
          @Size(min = 1, max = 300, message = "must have 1 to 300 characters")
          @Pattern(regexp = TransportBody.LINE, message = "must be one line of text")
          @Nullable String owner,
      @RequestParam(required = false)
          @Size(min = 1, max = 300, message = "must have 1 to 300 characters")
          @Pattern(regexp = TransportBody.LINE, message = "must be one line of text")
          @Nullable String search,
      @RequestParam(defaultValue = "0") @Min(value = 0, message = "must be 0 or more") int offset,
      @RequestParam(defaultValue = Paging.DEFAULT_LIMIT)
          @Min(value = 1, message = "must be 1 to 100")
          @Max(value = Paging.MAX_LIMIT, message = "must be 1 to 100")
          int limit) {
    return catalog.tables(
        Objects.requireNonNullElse(owner, ""),
        Objects.requireNonNullElse(search, ""),
        offset,
        limit);
  }

  @GetMapping("/tables/{name}/columns")
  @Operation(summary = "Columns of a table")
  @Fails({ErrorCode.TABLE_NOT_FOUND, ErrorCode.ORACLE_CONNECTION_ERROR})
  CatalogView.Columns columnsOf(
      @PathVariable
          @Size(min = 1, max = 300, message = "must have 1 to 300 characters")
          @Pattern(regexp = TransportBody.LINE, message = "must be one line of text")
          String name,
      @RequestParam(required = false)
          @Size(min = 1, max = 300, message = "must have 1 to 300 characters")
          @Pattern(regexp = TransportBody.LINE, message = "must be one line of text")
          @Nullable String owner) {
    return catalog.columns(owner, name);
  }

  @GetMapping("/columns")
  @Operation(summary = "Columns of a table whose name a path cannot carry")
  @Fails({ErrorCode.TABLE_NOT_FOUND, ErrorCode.ORACLE_CONNECTION_ERROR})
  CatalogView.Columns columns(
      @RequestParam
          @Size(min = 1, max = 300, message = "must have 1 to 300 characters")
          @Pattern(regexp = TransportBody.LINE, message = "must be one line of text")
          String table,
      @RequestParam(required = false)
          @Size(min = 1, max = 300, message = "must have 1 to 300 characters")
          @Pattern(regexp = TransportBody.LINE, message = "must be one line of text")
          @Nullable String owner) {
    return catalog.columns(owner, table);
  }

  @GetMapping("/tables/{name}/sample")
  @Operation(summary = "First rows of a table", description = "Needs estat:operate.")
  @Fails({ErrorCode.TABLE_NOT_FOUND, ErrorCode.ORACLE_CONNECTION_ERROR})
  CatalogView.Sample sampleOf(
      @PathVariable
          @Size(min = 1, max = 300, message = "must have 1 to 300 characters")
          @Pattern(regexp = TransportBody.LINE, message = "must be one line of text")
          String name,
      @RequestParam(required = false)
          @Size(min = 1, max = 300, message = "must have 1 to 300 characters")
          @Pattern(regexp = TransportBody.LINE, message = "must be one line of text")
          @Nullable String owner,
      @RequestParam(defaultValue = "100")
          @Min(value = 1, message = "must be 1 to 100")
          @Max(value = 100, message = "must be 1 to 100")
          int limit) {
    return rows(name, owner, limit);
  }

  @GetMapping("/sample")
  @Operation(
      summary = "First rows of a table whose name a path cannot carry",
      description = "Needs estat:operate.")
  @Fails({ErrorCode.TABLE_NOT_FOUND, ErrorCode.ORACLE_CONNECTION_ERROR})
  CatalogView.Sample sample(
      @RequestParam
          @Size(min = 1, max = 300, message = "must have 1 to 300 characters")
          @Pattern(regexp = TransportBody.LINE, message = "must be one line of text")
          String table,
      @RequestParam(required = false)
          @Size(min = 1, max = 300, message = "must have 1 to 300 characters")
          @Pattern(regexp = TransportBody.LINE, message = "must be one line of text")
          @Nullable String owner,
      @RequestParam(defaultValue = "100")
          @Min(value = 1, message = "must be 1 to 100")
          @Max(value = 100, message = "must be 1 to 100")
          int limit) {
    return rows(table, owner, limit);
  }

  private CatalogView.Sample rows(String table, @Nullable String owner, int limit) {
    if (!config.server().samples()) {
      throw new ApiException(
          ErrorCode.FORBIDDEN, "rows are not shown here: server.samples is false");
    }
    return catalog.sample(owner, table, limit);
  }
}
