package io.estat.etl.server.web;

import io.estat.etl.domain.Column;
import io.estat.etl.domain.NearestName;
import io.estat.etl.domain.TableName;
import io.estat.etl.encode.ColumnPlan;
import io.estat.etl.encode.EncodeCounters;
import io.estat.etl.encode.EncodeOptions;
import io.estat.etl.encode.LineBuffer;
import io.estat.etl.encode.RowEncoder;
import io.estat.etl.encode.UnsupportedColumnException;
import io.estat.etl.server.config.EtlConfig;
import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.error.ErrorCode;
import io.estat.etl.source.Dialect;
import io.estat.etl.source.Source;
import io.estat.etl.source.TableInfo;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.util.RawValue;

/** Answers questions about tables from the source's own catalog. */
@Component
final class Catalog {
  private static final int LINE_BYTES = 4096;
  private static final int SAMPLE_SECONDS = 30;

  private final Source source;
  private final Dialect dialect;
  private final SourceCatalog questions;
  private final EncodeOptions encode;
  private final InstantSource clock;

  Catalog(Source source, SourceCatalog questions, EtlConfig config, InstantSource clock) {
    this.source = source;
    this.dialect = source.dialect();
    this.questions = questions;
    EncodeOptions chosen = config.etl().encode();
    // A sample is to show the other columns, too.
    this.encode =
        chosen.onUnsupported() == EncodeOptions.Unsupported.REFUSE
            ? new EncodeOptions(
                chosen.numbers(),
                chosen.regions(),
                EncodeOptions.Unsupported.NULL,
                chosen.onBadText())
            : chosen;
    this.clock = clock;
  }

  CatalogView.Status status() {
    var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    try {
      return questions.ask(
          connection ->
              new CatalogView.Status(
                  true,
                  dialect.name(),
                  connection.getMetaData().getDatabaseProductVersion(),
                  instance(connection),
                  pool(),
                  null,
                  now));
    } catch (ApiException e) {
      return new CatalogView.Status(false, dialect.name(), null, null, pool(), e.getMessage(), now);
    }
  }

  private static @Nullable String instance(Connection connection) throws SQLException {
    String catalog = connection.getCatalog();
    return catalog == null ? connection.getSchema() : catalog;
  }

  private CatalogView.@Nullable Pool pool() {
    return source
        .poolUse()
        .map(use -> new CatalogView.Pool(use.active(), use.idle(), use.waiting(), use.max()))
        .orElse(null);
  }

  CatalogView.Tables tables(String owner, String search, int offset, int limit) {
    List<TableInfo> all = questions.ask(connection -> dialect.tables(connection, owner, search));
    return new CatalogView.Tables(
        all.stream().skip(offset).limit(limit).map(CatalogView.Table::of).toList(),
        all.size(),
        offset,
        limit);
  }

  CatalogView.Columns columns(@Nullable String owner, String table) {
    return questions.ask(
        connection -> {
          TableName name = find(connection, owner, table);
          return new CatalogView.Columns(
              String.valueOf(name.owner()),
              name.name(),
              dialect.columns(connection, name).stream().map(CatalogView.ColumnShown::of).toList());
        });
  }

  CatalogView.Sample sample(@Nullable String owner, String table, int limit) {
    return questions.ask(
        connection -> {
          TableName name = find(connection, owner, table);
          return new CatalogView.Sample(
              String.valueOf(name.owner()),
              name.name(),
              rows(connection, name, dialect.columns(connection, name), limit));
        });
  }

  private List<RawValue> rows(
      Connection connection, TableName table, List<Column> columns, int limit) throws SQLException {
    List<ColumnPlan> plans = new ArrayList<>();
    for (Column column : columns) {
      try {
        plans.add(dialect.types().plan(column, dialect.quote(column.name()), encode));
      } catch (UnsupportedColumnException e) {
        throw ApiException.ofField("table", String.valueOf(e.getMessage()));
      }
    }
    String select =
        plans.stream().map(ColumnPlan::expression).collect(Collectors.joining(", ", "select ", ""));
    var encoder =
        new RowEncoder(plans, columns.stream().map(Column::name).toList(), new EncodeCounters());
    List<RawValue> rows = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(select + " from " + dialect.quote(table))) {
      statement.setMaxRows(limit);
      statement.setFetchSize(limit);
      statement.setQueryTimeout(SAMPLE_SECONDS);
      try (ResultSet row = statement.executeQuery()) {
        var line = new LineBuffer(LINE_BYTES);
        while (row.next()) {
          line.clear();
          encoder.encode(row, line);
          rows.add(new RawValue(line.toString().stripTrailing()));
        }
      }
    }
    return rows;
  }

  private TableName find(Connection connection, @Nullable String owner, String table)
      throws SQLException {
    String schema = owner == null || owner.isEmpty() ? questions.defaultOwner(connection) : owner;
    var found = dialect.table(connection, new TableName(schema, table));
    if (found.isPresent()) {
      return found.get().name();
    }
    List<String> others =
        dialect.tables(connection, schema, "").stream().map(other -> other.name().name()).toList();
    String hint =
        NearestName.of(table, others).map(near -> "; did you mean " + near + "?").orElse("");
    throw new ApiException(
        ErrorCode.TABLE_NOT_FOUND,
        "table %s is not in %s, or its user may not read it%s".formatted(table, schema, hint));
  }
}
