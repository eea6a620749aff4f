package io.estat.etl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.domain.TableName;
import io.estat.etl.domain.TableOptions;
import io.estat.etl.encode.EncodeOptions;
import io.estat.etl.source.Snapshot;
import io.estat.etl.source.Source;
import io.estat.etl.source.Split;
import io.estat.testkit.Gen;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table of a random history, and the check that the union of its chunks is what it was when the
 * snapshot was taken, row for row, whatever was written before the plan and between the chunks.
 *
 * @param tailDeleted whether the second half was deleted before the snapshot, so that its pages can
 *     be given back meanwhile
 * @param writes what is written after the snapshot, one before the plan and one before each chunk,
 *     from the start again when there are more chunks
 */
record ChunkUnion(
    int inserted,
    Keys keys,
    boolean tailDeleted,
    int nullEvery,
    boolean analyzed,
    @Nullable String splitColumn,
    int chunkRows,
    List<Write> writes) {
  /** How the values of the primary key lie. */
  enum Keys {
    DENSE,
    GAPS,
    /** Nearly all of them close together, a few far away. */
    SKEWED,
    /** The least and the greatest value of the type are among them. */
    ENDS,
    ONE_SIGN;

    long key(int i) {
      return switch (this) {
        case DENSE -> i - 1000L;
        case GAPS -> (i - 1000L) * 1_099_511_627_791L;
        case SKEWED -> i % 100 == 99 ? i * 4_000_000_000_000L : i;
        case ENDS -> i == 0 ? Long.MIN_VALUE : i == 1 ? Long.MAX_VALUE : i;
        case ONE_SIGN -> Long.MIN_VALUE + i;
      };
    }
  }

  /** Something that happens to the table while it is read. */
  enum Write {
    NOTHING,
    INSERT,
    DELETE,
    /** New versions of rows lie elsewhere. */
    UPDATE,
    /** Rows move to another range of keys. */
    MOVE,
    /** Gives pages at the end back where the database can. */
    VACUUM
  }

  /** Tables that are surely cut in each of the ways there are, which chance may leave out. */
  static List<ChunkUnion> eachWay() {
    return Stream.of("none", "ID", "MAYBE")
        .map(split -> split.equals("none") ? null : split)
        .flatMap(
            split ->
                Stream.of(0, 5_000)
                    .map(
                        rows ->
                            new ChunkUnion(
                                rows,
                                Keys.DENSE,
                                false,
                                3,
                                true,
                                split,
                                500,
                                List.of(Write.UPDATE, Write.INSERT, Write.DELETE))))
        .toList();
  }

  static Gen<ChunkUnion> gen() {
    return new Gen<>() {
      @Override
      public ChunkUnion make(Random random) {
        int[] sizes = {0, 1, 2, 100, 5_000};
        int inserted = sizes[random.nextInt(sizes.length)];
        String split = random.nextBoolean() ? null : random.nextBoolean() ? "ID" : "MAYBE";
        return new ChunkUnion(
            inserted,
            any(random, Keys.values()),
            random.nextInt(3) == 0,
            random.nextInt(4),
            // A key that was never analyzed is cut as if it had no gaps: into thousands of chunks.
            "ID".equals(split) || random.nextBoolean(),
            split,
            Math.max(1 + random.nextInt(500), inserted / 12),
            Stream.generate(() -> any(random, Write.values()))
                .limit(1 + random.nextInt(12))
                .toList());
      }

      @Override
      public Iterable<ChunkUnion> smaller(ChunkUnion value) {
        var smaller = new ArrayList<ChunkUnion>();
        if (value.inserted > 0) {
          smaller.add(value.with(value.inserted / 2, value.writes));
        }
        if (value.writes.size() > 1) {
          smaller.add(value.with(value.inserted, value.writes.subList(0, value.writes.size() / 2)));
        }
        return smaller;
      }
    };
  }

  private static <T> T any(Random random, T[] values) {
    return values[random.nextInt(values.length)];
  }

  private ChunkUnion with(int rows, List<Write> some) {
    return new ChunkUnion(
        rows, keys, tailDeleted, nullEvery, analyzed, splitColumn, chunkRows, List.copyOf(some));
  }

  /**
   * @return how the table was cut
   */
  String check(Connection writer, Source source, TableName table) throws Exception {
    boolean mariaDb = source.dialect().name().equals("mariadb");
    String sql = source.dialect().quote(table);
    String id = source.dialect().quote("ID");
    String maybe = source.dialect().quote("MAYBE");
    run(writer, "drop table if exists " + sql);
    run(
        writer,
        "create table %s (%s bigint primary key, %s int, pad varchar(200))"
            .formatted(sql, id, maybe));
    insert(writer, sql, 0, inserted);
    if (tailDeleted) {
      run(writer, "delete from %s where %s >= %d".formatted(sql, id, keys.key(inserted / 2)));
    }
    if (analyzed) {
      run(writer, "analyze" + (mariaDb ? " table " + sql : ""));
    }
    var request =
        new TableRequest("T", table, new TableOptions(List.of(), null, null, splitColumn, null));
    var planner = new Planner(source, EncodeOptions.DEFAULTS, chunkRows);
    try (Snapshot snapshot = source.dialect().openSnapshot(source, 2)) {
      List<String> expected = rows(snapshot, new Chunk(0, whole(sql), ""));
      write(writer, source, sql, 0);
      TablePlan plan = planner.plan(snapshot, request);
      var union = new ArrayList<String>();
      for (Chunk chunk : plan.chunks()) {
        write(writer, source, sql, chunk.index() + 1);
        union.addAll(rows(snapshot, chunk));
      }
      assertThat(union).as(plan.toString()).containsExactlyInAnyOrderElementsOf(expected);
      return plan.kind();
    }
  }

  private static Split.Range whole(String table) {
    return new Split.Range(table, "", List.of(), -1);
  }

  private void write(Connection writer, Source source, String table, int number)
      throws SQLException {
    String id = source.dialect().quote("ID");
    switch (writes.get(number % writes.size())) {
      case NOTHING -> {}
      case INSERT -> insert(writer, table, inserted + 300 * number, 300);
      case DELETE -> run(writer, "delete from %s where %s %% 5 = 0".formatted(table, id));
      case UPDATE -> run(writer, "update %s set pad = 'later %d'".formatted(table, number));
      case MOVE ->
          run(
              writer,
              "update %s set %s = %s - 8000000000000000000 where %s between 1 and 9000000 and %s %% 7 = 1"
                  .formatted(table, id, id, id, id));
      case VACUUM -> {
        if (source.dialect().name().equals("postgresql")) {
          run(writer, "vacuum " + table);
        }
      }
    }
  }

  private void insert(Connection writer, String table, int from, int count) throws SQLException {
    try (PreparedStatement insert =
        writer.prepareStatement("insert into " + table + " values (?, ?, ?)")) {
      for (int i = from; i < from + count; i++) {
        insert.setLong(1, keys.key(i));
        insert.setObject(2, nullEvery > 0 && i % nullEvery == 0 ? null : (Integer) (i % 1000));
        insert.setString(3, "x".repeat(i % 200));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static void run(Connection writer, String sql) throws SQLException {
    try (Statement statement = writer.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> rows(Snapshot snapshot, Chunk chunk) throws SQLException {
    var found = new ArrayList<String>();
    try (Connection session = snapshot.session();
        PreparedStatement statement =
            session.prepareStatement("select * from " + chunk.from(snapshot))) {
      for (int i = 0; i < chunk.binds().size(); i++) {
        statement.setObject(i + 1, chunk.binds().get(i));
      }
      statement.setFetchSize(100);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(rows.getString(1) + " " + rows.getString(2) + " " + rows.getString(3));
        }
      }
      snapshot.requireUnchanged(session, chunk.range().table(), List.of("i"));
    }
    return found;
  }
}
