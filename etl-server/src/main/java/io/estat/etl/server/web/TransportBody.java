package io.estat.etl.server.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.estat.etl.domain.Numbers;
import io.estat.etl.domain.Schedule;
import io.estat.etl.domain.TableOptions;
import io.estat.etl.domain.Transport;
import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.store.TransportDefinition;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a user decides about a transport. A field that is null is as one that is absent. */
@Schema(name = "TransportRequest")
record TransportBody(
    @JsonProperty(value = "name", required = true)
        @NotNull(message = "is missing")
        @Size(min = 1, max = 200, message = "must have 1 to 200 characters")
        @Pattern(regexp = LINE, message = "must be one line of text")
        @Schema(example = "Nightly orders")
        String name,
    @JsonProperty("description")
        @Size(max = 2000, message = "must have at most 2000 characters")
        @Pattern(regexp = TEXT, message = "must be text")
        @Schema(example = "Orders and their items for the warehouse.", defaultValue = "")
        @Nullable String description,
    @JsonProperty("source")
        @Pattern(regexp = "^default$", message = "must be default: there is one source")
        @Schema(
            description = "The database by its name.",
            example = "default",
            defaultValue = "default")
        @Nullable String source,
    @JsonProperty(value = "tables", required = true)
        @NotNull(message = "is missing")
        @Size(min = 1, max = Transport.MAX_TABLES, message = "must have 1 to 1000 entries")
        @Schema(
            description =
                "TABLE or OWNER.TABLE, exactly as the database has it; a part with a dot or a quote"
                    + " stands in double quotes.",
            example = "[\"ORDERS\", \"SHOP.ITEMS\"]")
        List<
                @NotNull(message = "is null")
                @Size(min = 1, max = 300, message = "must have 1 to 300 characters")
                @Pattern(regexp = LINE, message = "must be one line of text") String>
            tables,
    @JsonProperty("table_options")
        @Schema(
            description = "By an entry of tables.",
            example = "{\"ORDERS\": {\"where\": \"YEAR > 2024\"}}")
        @Nullable Map<String, @NotNull(message = "is null") @Valid Options> tableOptions,
    @JsonProperty("enabled")
        @Schema(
            description = "Whether it can be executed.",
            defaultValue = "true",
            example = "true")
        @Nullable Boolean enabled,
    @JsonProperty("schedule") @Valid @Nullable Times schedule) {

  static final String LINE = "^[^\\u0000-\\u001f\\u007f]*$";
  static final String TEXT = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]*$";

  /** How one table differs from the default. */
  @Schema(name = "TableOptions")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Options(
      @JsonProperty("columns")
          @Size(max = 4096, message = "must have at most 4096 entries")
          @Schema(
              description = "Those to take, in this order; else all.",
              example = "[\"ID\", \"TOTAL\"]")
          @Nullable
              List<
                  @NotNull(message = "is null")
                  @Size(min = 1, max = 300, message = "must have 1 to 300 characters")
                  @Pattern(regexp = LINE, message = "must be one line of text") String>
              columns,
      @JsonProperty("where")
          @Size(min = 1, max = 4000, message = "must have 1 to 4000 characters")
          @Pattern(regexp = TEXT, message = "must be text")
          @Schema(description = "One SQL condition that rows must meet.", example = "TOTAL > 100")
          @Nullable String where,
      @JsonProperty("output_name")
          @Size(min = 1, max = 200, message = "must have 1 to 200 characters")
          @Pattern(regexp = LINE, message = "must be one line of text")
          @Schema(description = "The object's name without .jsonl.gz.", example = "orders")
          @Nullable String outputName,
      @JsonProperty("split_column")
          @Size(min = 1, max = 300, message = "must have 1 to 300 characters")
          @Pattern(regexp = LINE, message = "must be one line of text")
          @Schema(description = "The column whose ranges cut the table.", example = "ID")
          @Nullable String splitColumn,
      @JsonProperty("numbers")
          @Pattern(regexp = "^(string|number)$", message = "must be string or number")
          @Schema(
              description = "How numbers are written that a double cannot hold.",
              example = "string")
          @Nullable String numbers) {
    static Options of(TableOptions options) {
      Numbers numbers = options.numbers();
      return new Options(
          options.columns().isEmpty() ? null : options.columns(),
          options.where(),
          options.outputName(),
          options.splitColumn(),
          numbers == null ? null : lower(numbers));
    }

    TableOptions options() {
      return new TableOptions(
          columns == null ? List.of() : columns,
          where,
          outputName,
          splitColumn,
          numbers == null ? null : Numbers.valueOf(numbers.toUpperCase(Locale.ROOT)));
    }
  }

  /** When it runs by itself. */
  @Schema(name = "Schedule")
  record Times(
      @JsonProperty(value = "expression", required = true)
          @NotNull(message = "is missing")
          @Size(min = 1, max = 200, message = "must have 1 to 200 characters")
          @Pattern(regexp = LINE, message = "must be one line of text")
          @Schema(
              description = "Cron of 5 fields, of 6 with seconds first, or @daily and the like.",
              example = "30 2 * * *")
          String expression,
      @JsonProperty(value = "timezone", required = true)
          @NotNull(message = "is missing")
          @Size(min = 1, max = 100, message = "must have 1 to 100 characters")
          @Pattern(regexp = LINE, message = "must be one line of text")
          @Schema(description = "Name of the IANA time zone database.", example = "Europe/Berlin")
          String timezone) {
    static Times of(Schedule schedule) {
      return new Times(schedule.expression(), schedule.timezone().getId());
    }

    Schedule schedule() {
      try {
        return new Schedule(expression, ZoneId.of(timezone));
      } catch (DateTimeException e) {
        throw ApiException.ofField(
            "schedule.timezone", "'" + timezone + "' is no time zone; write it like Europe/Berlin");
      }
    }
  }

  static TransportBody of(TransportDefinition transport) {
    Schedule schedule = transport.schedule();
    return new TransportBody(
        transport.name(),
        transport.description(),
        transport.source(),
        transport.tables(),
        options(transport.tableOptions()),
        transport.enabled(),
        schedule == null ? null : Times.of(schedule));
  }

  static Map<String, Options> options(Map<String, TableOptions> options) {
    Map<String, Options> shown = new TreeMap<>();
    options.forEach((table, chosen) -> shown.put(table, Options.of(chosen)));
    return shown;
  }

  TransportDefinition definition() {
    Map<String, TableOptions> options = new TreeMap<>();
    if (tableOptions != null) {
      tableOptions.forEach((table, chosen) -> options.put(table, chosen.options()));
    }
    return new TransportDefinition(
        name,
        description == null ? "" : description,
        Transport.DEFAULT_SOURCE,
        tables,
        options,
        enabled == null || enabled,
        schedule == null ? null : schedule.schedule());
  }

  static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
