package io.estat.etl.plan;

import io.estat.etl.domain.Column;
import io.estat.etl.domain.NearestName;
import io.estat.etl.domain.TableName;
import io.estat.etl.domain.TableOptions;
import io.estat.etl.encode.ColumnPlan;
import io.estat.etl.encode.EncodeOptions;
import io.estat.etl.encode.UnsupportedColumnException;
import io.estat.etl.source.Dialect;
import io.estat.etl.source.KeyRanges;
import io.estat.etl.source.Snapshot;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceFailure;
import io.estat.etl.source.Split;
import io.estat.etl.source.TableInfo;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says how tables are read: what the catalog knows of them, their columns' shapes, and the chunks
 * whose union is the table at the snapshot's point in time. Thread-safe.
 */
public final class Planner {
  private final Source source;
  private final Dialect dialect;
  private final EncodeOptions encode;
  private final long chunkRows;

  /** The same for all tables of a run. */
  private volatile @Nullable String defaultOwner;

  /**
   * @param chunkRows rows of a chunk that is aimed at
   */
  public Planner(Source source, EncodeOptions encode, long chunkRows) {
    this.source = source;
    this.dialect = source.dialect();
    this.encode = encode;
    this.chunkRows = chunkRows;
  }

  /**
   * Plans one table. The snapshot is open already: what is written later is not in it, and what was
   * there is in a chunk, whatever the catalog says by now.
   *
   * @throws PlanException if the table, a column or the condition is not as asked for
   */
  public TablePlan plan(Snapshot snapshot, TableRequest request)
      throws SQLException, PlanException {
    return plan(request, snapshot.maxSessions() == 1 ? snapshot.reason() : null);
  }

  /** Plans one table whose chunks are each read at a point in time of their own. */
  public TablePlan planLoose(TableRequest request) throws SQLException, PlanException {
    return plan(request, null);
  }

  /**
   * @param whyWhole why the table cannot be read by more than one cursor, or null: it can
   */
  private TablePlan plan(TableRequest request, @Nullable String whyWhole)
      throws SQLException, PlanException {
    try (Connection connection = source.connection()) {
      TableInfo table = find(connection, request);
      requireWhole(connection, request, table);
      List<Column> all = dialect.columns(connection, table.name());
      List<ColumnPlan> columns = columns(request, all);
      Split split = split(connection, whyWhole, request, table, all);
      List<Chunk> chunks = chunks(split, condition(connection, request, table));
      return new TablePlan(table, request.options(), columns, split.kind(), split.reason(), chunks);
    }
  }

  private TableInfo find(Connection connection, TableRequest request)
      throws SQLException, PlanException {
    TableName name = request.name();
    if (name.owner() == null) {
      name = new TableName(defaultOwner(connection), name.name());
    }
    var found = dialect.table(connection, name);
    if (found.isPresent()) {
      return found.get();
    }
    throw PlanException.notFound(
        "table %s is not there, or this user may not read it%s"
            .formatted(request.asked(), meant(connection, name)));
  }

  /** The owner of tables that are named without one; asked once. */
  public String defaultOwner(Connection connection) throws SQLException {
    String owner = defaultOwner;
    if (owner == null) {
      owner = source.defaultOwner(connection);
      defaultOwner = owner;
    }
    return owner;
  }

  private String meant(Connection connection, TableName name) throws SQLException {
    String owner = String.valueOf(name.owner());
    List<TableInfo> others = dialect.tables(connection, owner, "");
    if (others.isEmpty()) {
      // The owner is wrong, too: the same name anywhere, or the nearest.
      others = dialect.tables(connection, "", "");
    }
    Map<String, TableName> byName = new LinkedHashMap<>();
    others.forEach(table -> byName.putIfAbsent(table.name().name(), table.name()));
    return NearestName.of(name.name(), byName.keySet())
        .map(nearest -> "; did you mean " + byName.get(nearest) + "?")
        .orElse("; names are taken exactly, upper and lower case included");
  }

  /** What this user may not see would be missing from the copy without a word. */
  private void requireWhole(Connection connection, TableRequest request, TableInfo table)
      throws SQLException, PlanException {
    boolean named = !request.options().columns().isEmpty();
    var hidden = dialect.hidden(connection, table.name(), named);
    if (hidden.isPresent()) {
      throw PlanException.hidden(request, hidden.get());
    }
  }

  private List<ColumnPlan> columns(TableRequest request, List<Column> all) throws PlanException {
    TableOptions options = request.options();
    EncodeOptions shapes =
        options.numbers() == null ? encode : encode.withNumbers(options.numbers());
    var plans = new ArrayList<ColumnPlan>();
    var seen = new HashSet<String>();
    List<Column> wanted = all;
    if (!options.columns().isEmpty()) {
      wanted = new ArrayList<>();
      for (String name : options.columns()) {
        if (!seen.add(name)) {
          throw PlanException.invalid(request, "columns names %s twice".formatted(name));
        }
        wanted.add(column(request, "columns", all, name));
      }
    }
    var unsupported = new ArrayList<String>();
    for (Column column : wanted) {
      try {
        plans.add(dialect.types().plan(column, dialect.quote(column.name()), shapes));
      } catch (UnsupportedColumnException e) {
        unsupported.add(String.valueOf(e.getMessage()));
      }
    }
    if (!unsupported.isEmpty()) {
      throw PlanException.invalid(request, String.join("; ", unsupported));
    }
    if (plans.isEmpty()) {
      throw PlanException.invalid(request, "it has no column that can be read");
    }
    return plans;
  }

  private static Column column(TableRequest request, String option, List<Column> all, String name)
      throws PlanException {
    for (Column column : all) {
      if (column.name().equals(name)) {
        return column;
      }
    }
    String meant =
        NearestName.of(name, all.stream().map(Column::name).toList())
            .map(nearest -> "; did you mean " + nearest + "?")
            .orElse("");
    throw PlanException.invalid(
        request, "%s names %s, which the table does not have%s".formatted(option, name, meant));
  }

  private Split split(
      Connection connection,
      @Nullable String whyWhole,
      TableRequest request,
      TableInfo table,
      List<Column> all)
      throws SQLException, PlanException {
    String asked = request.options().splitColumn();
    Column by = asked == null ? null : column(request, "split_column", all, asked);
    if (by != null && !dialect.splitsBy(by)) {
      throw PlanException.invalid(
          request,
          "split_column %s has the type %s; it must be a column of whole numbers"
              .formatted(by.name(), by.type()));
    }
    if (whyWhole != null) {
      return Split.oneCursor(dialect.quote(table.name()), table.rows(), whyWhole);
    }
    return by == null
        ? dialect.split(connection, table, chunkRows)
        : KeyRanges.of(dialect, connection, table, by, chunkRows);
  }

  /** The user's condition in parentheses, or empty. The database has read it, too. */
  private String condition(Connection connection, TableRequest request, TableInfo table)
      throws SQLException, PlanException {
    String where = request.options().where();
    if (where == null) {
      return "";
    }
    var problem = Condition.problem(where, dialect.hashComments());
    if (problem.isPresent()) {
      throw PlanException.invalid(
          request, "where must be one condition, but %s".formatted(problem.get()));
    }
    String sql =
        "select 1 from %s where (%s) and 1 = 0".formatted(dialect.quote(table.name()), where);
    try (PreparedStatement trial = connection.prepareStatement(sql)) {
      trial.executeQuery().close();
    } catch (SQLException e) {
      if (dialect.classify(e) == SourceFailure.TRANSIENT) {
        throw e;
      }
      throw PlanException.invalid(request, "the database refuses where: " + e.getMessage());
    }
    return "(" + where + ")";
  }

  private static List<Chunk> chunks(Split split, String condition) {
    var chunks = new ArrayList<Chunk>();
    for (Split.Range range : split.ranges()) {
      chunks.add(new Chunk(chunks.size(), range, condition));
    }
    return chunks;
  }
}
