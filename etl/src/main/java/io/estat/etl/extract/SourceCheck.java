package io.estat.etl.extract;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.TableName;
import io.estat.etl.domain.TableOptions;
import io.estat.etl.encode.ColumnNames;
import io.estat.etl.encode.ColumnPlan;
import io.estat.etl.extract.PreflightReport.PlannedColumn;
import io.estat.etl.extract.PreflightReport.PlannedTable;
import io.estat.etl.extract.SnapshotPolicy.Scope;
import io.estat.etl.plan.PlanException;
import io.estat.etl.plan.Planner;
import io.estat.etl.plan.TablePlan;
import io.estat.etl.plan.TableRequest;
import io.estat.etl.source.Dialect;
import io.estat.etl.source.Snapshot;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceFailure;
import io.estat.etl.source.Split;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The database's side of a preflight: opens a snapshot as a run does, plans every table, and reads
 * no row of it. One thread runs it; what it has found can be asked for by any.
 */
final class SourceCheck {
  private static final String TABLE = "table";
  private static final String UNDO = "undo_retention";
  private static final String AGE = "snapshot_age";

  /** So many show whether sessions can have a point in time in common. */
  private static final int SESSIONS = 2;

  /** Of a slow source, all workers together: an estimate that is too long only warns too early. */
  private static final long SLOW_ROWS_A_SECOND = 50_000;

  private final Source source;
  private final Dialect dialect;
  private final ExtractOptions options;
  private final Findings findings;
  private final Planner planner;
  private final List<PlannedTable> planned = new CopyOnWriteArrayList<>();
  private volatile @Nullable String snapshot;
  private volatile Map<String, String> objectNames = Map.of();
  private volatile String looksAt = "the connection";

  SourceCheck(Source source, ExtractOptions options, Findings findings) {
    this.source = source;
    this.dialect = source.dialect();
    this.options = options;
    this.findings = findings;
    planner = new Planner(source, options.encode(), options.splitRows());
  }

  /** The tables that a run could read. */
  List<PlannedTable> planned() {
    return planned;
  }

  /** What they would be read at, or null. */
  @Nullable String snapshot() {
    return snapshot;
  }

  /** Of the tables' first objects, without their ending; empty if two would be the same. */
  Collection<String> objectNames() {
    return objectNames.values();
  }

  /** What it was doing when it was last seen. */
  String looksAt() {
    return looksAt;
  }

  void run(List<TableRequest> tables) {
    try {
      String owner = owner();
      names(tables, owner);
      int sessions = Math.min(SESSIONS, options.parallelTables());
      try (Snapshot point = dialect.openSnapshot(source, sessions)) {
        snapshot = point.id();
        findings.ok("connection", "%s can be read as of %s".formatted(dialect.name(), point.id()));
        for (TableRequest table : tables) {
          looksAt = "table " + table.asked();
          table(point, table, owner);
        }
      }
      looksAt = "the undo retention";
      duration();
    } catch (SQLException e) {
      findings.fail(
          "connection",
          SourceCalls.explain(dialect, e).failure().message(),
          "check source.url, the credentials and the user's rights");
    }
  }

  private String owner() throws SQLException {
    try (Connection connection = source.connection()) {
      return source.defaultOwner(connection);
    }
  }

  private void names(List<TableRequest> tables, String owner) {
    try {
      objectNames = ObjectNames.assign(tables, owner);
    } catch (IllegalArgumentException e) {
      findings.fail("names", String.valueOf(e.getMessage()), "set table_options.output_name");
    }
  }

  private void table(Snapshot point, TableRequest request, String owner) throws SQLException {
    try {
      boolean cut = isSplitColumnIndexed(request, owner);
      TablePlan plan = plan(point, cut ? request : withoutSplitColumn(request));
      readNothing(point, plan);
      report(request, plan, cut);
    } catch (PlanException e) {
      findings.fail(TABLE, request.asked(), e.failure().message(), fix(e, request, owner));
    } catch (SQLException e) {
      if (dialect.classify(e) == SourceFailure.TRANSIENT) {
        throw e;
      }
      refused(request, owner, e);
    }
  }

  private TablePlan plan(Snapshot point, TableRequest request) throws SQLException, PlanException {
    return options.snapshots().scope() == Scope.CHUNK
        ? planner.planLoose(request)
        : planner.plan(point, request);
  }

  /** Without an index the ends of the column would be looked for in the whole table. */
  private boolean isSplitColumnIndexed(TableRequest request, String owner) throws SQLException {
    String column = request.options().splitColumn();
    if (column == null) {
      return true;
    }
    TableName table =
        new TableName(
            Objects.requireNonNullElse(request.name().owner(), owner), request.name().name());
    try (Connection connection = source.connection()) {
      // The planner refuses a column that is not there or no whole number before it looks at rows.
      return dialect.leadsAnIndex(connection, table, column)
          || dialect.columns(connection, table).stream()
              .noneMatch(each -> each.name().equals(column) && dialect.splitsBy(each));
    }
  }

  private static TableRequest withoutSplitColumn(TableRequest request) {
    TableOptions all = request.options();
    var less = new TableOptions(all.columns(), all.where(), all.outputName(), null, all.numbers());
    return new TableRequest(request.asked(), request.name(), less);
  }

  /** What a worker asks for, of no row: needs every right that reading needs. */
  private void readNothing(Snapshot point, TablePlan plan) throws SQLException {
    String columns =
        plan.columns().stream().map(ColumnPlan::expression).collect(Collectors.joining(", "));
    String from = Split.noRows(dialect.quote(plan.table().name()), point.asOf());
    try (Connection session = point.session();
        PreparedStatement select =
            session.prepareStatement("select " + columns + " from " + from)) {
      select.executeQuery().close();
    }
  }

  private void report(TableRequest request, TablePlan plan, boolean cut) throws SQLException {
    String table = request.asked();
    long rows = plan.table().rows();
    long bytes = plan.table().bytes();
    ColumnNames names =
        options
            .columnNames()
            .names(plan.columns().stream().map(column -> column.column().name()).toList());
    String kind = cut ? plan.kind() : "key ranges";
    int chunks = cut ? plan.chunks().size() : 0;
    planned.add(new PlannedTable(table, rows, bytes, kind, chunks, columns(plan, names)));
    String size = rows < 0 ? "an unknown number of rows" : "about %d rows".formatted(rows);
    if (!cut) {
      findings.warn(
          "split_column",
          table,
          ("%s; no index begins with split_column %s, so its least and greatest value would be"
                  + " looked for in the whole table; that was not tried")
              .formatted(size, request.options().splitColumn()),
          "create such an index, or leave split_column out");
    } else if (plan.reason().isEmpty() || (rows >= 0 && rows <= options.splitRows())) {
      findings.ok(TABLE, table, "%s by %s in %d chunks".formatted(size, kind, chunks));
    } else {
      findings.warn(
          TABLE,
          table,
          "%s by %s in %d chunks, because %s".formatted(size, kind, chunks, plan.reason()),
          "one worker reads it, which is right and takes longer; to share it: "
              + dialect.toReadInParallel());
    }
    outside(table, plan.table().name());
    names
        .noSchema()
        .ifPresent(
            why ->
                findings.warn(
                    "schema",
                    table,
                    "it lands without a schema file: " + why,
                    "set etl.column_names to bigquery, or leave the column out"));
  }

  private void outside(String table, TableName name) throws SQLException {
    Optional<String> why;
    try (Connection connection = source.connection()) {
      why = dialect.outsideOfSnapshots(connection, name);
    }
    if (why.isPresent()) {
      findings.warn(
          "snapshot",
          table,
          "its rows are not those of one point in time: " + why.get(),
          "run it while nothing is written to the table, or change the table's kind");
    }
  }

  private static List<PlannedColumn> columns(TablePlan plan, ColumnNames names) {
    var columns = new ArrayList<PlannedColumn>();
    for (ColumnPlan column : plan.columns()) {
      columns.add(
          new PlannedColumn(
              column.column().name(),
              column.column().type(),
              names.landed().get(columns.size()),
              column.encoding(),
              column.bigQuery().name()));
    }
    return columns;
  }

  private String fix(PlanException e, TableRequest request, String owner) {
    if (e.remedy().isPresent()) {
      return e.remedy().get();
    }
    Failure failure = e.failure();
    return failure.code().equals("TABLE_NOT_FOUND")
        ? "correct the name, or let the user read the table: " + grant(request, owner)
        : "correct the table's options, or let the user read its columns: " + grant(request, owner);
  }

  private void refused(TableRequest request, String owner, SQLException e) {
    SourceFailure kind = dialect.classify(e);
    if (e instanceof SQLTimeoutException || kind == SourceFailure.CANCELLED) {
      findings.fail(
          TABLE,
          request.asked(),
          "the database did not answer a question about it in time",
          "run the check when the database has less to do, and see whether something locks the"
              + " table");
      return;
    }
    findings.fail(
        TABLE,
        request.asked(),
        SourceCalls.explain(dialect, e).failure().message(),
        kind == SourceFailure.DENIED || kind == SourceFailure.CHANGED
            ? grant(request, owner) + " as its owner, and see that a view's own tables are there"
            : "see that the table can be read with select * by this user");
  }

  private String grant(TableRequest request, String owner) {
    TableName name = request.name();
    TableName table = name.owner() == null ? new TableName(owner, name.name()) : name;
    String user = source.settings().user();
    return dialect.grant(table, user == null ? "the user of source.url" : user);
  }

  /** Whether the point in time lasts for as long as the job may take. */
  private void duration() {
    long rows = planned.stream().mapToLong(table -> Math.max(0, table.rows())).sum();
    Duration estimate = Duration.ofSeconds(rows / SLOW_ROWS_A_SECOND + 1);
    try (Connection connection = source.connection()) {
      Duration kept = dialect.undoRetention(connection).orElse(null);
      if (kept == null) {
        age(rows, estimate);
      } else if (kept.compareTo(estimate) < 0) {
        findings.warn(
            UNDO,
            "the database keeps old versions for %d s, and about %d rows may take %d s"
                .formatted(kept.toSeconds(), rows, estimate.toSeconds()),
            "set undo_retention to more, give the undo tablespace room, run when less is written,"
                + " or set etl.on_snapshot_lost to restart_table");
      } else {
        findings.ok(UNDO, "the database keeps old versions for %d s".formatted(kept.toSeconds()));
      }
    } catch (SQLException e) {
      findings.warn(
          UNDO,
          "how long old versions are kept cannot be seen: "
              + SourceCalls.explain(dialect, e).failure().message(),
          "grant select on v_$undostat to the user, or compare undo_retention with the time that"
              + " the job takes");
    }
  }

  /** Where sessions hold the point in time, they let it go at an age. */
  private void age(long rows, Duration estimate) {
    Duration atMost = source.settings().maxSnapshotAge();
    if (!dialect.hasDurableSnapshots() && atMost.compareTo(estimate) < 0) {
      findings.warn(
          AGE,
          "about %d rows may take %d s, and a snapshot is let go after %d s"
              .formatted(rows, estimate.toSeconds(), atMost.toSeconds()),
          "set etl.max_snapshot_age to more, or etl.snapshot to table");
    }
  }
}
