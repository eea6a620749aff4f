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
import org.jspecify.annotations.Nullable;

/**
 * A table of a random history, and the check that the union of its chunks is what it was when the
 * snapshot was taken, whatever was written since.
 */
record ChunkUnion(
    int inserted,
    int deletedEvery,
    int nullEvery,
    long step,
    int insertedLater,
    boolean analyzed,
    @Nullable String splitColumn,
    int chunkRows) {
  static Gen<ChunkUnion> gen(boolean keys) {
    return new Gen<>() {
      @Override
      public ChunkUnion make(Random random) {
        int[] sizes = {0, 1, 2, 100, 5_000};
        return new ChunkUnion(
            sizes[random.nextInt(sizes.length)],
            random.nextInt(4),
            random.nextInt(4),
            random.nextBoolean() ? 1 : 1 + random.nextLong(1L << 40),
            random.nextInt(2_000),
            random.nextBoolean(),
            keys && random.nextBoolean() ? (random.nextBoolean() ? "ID" : "MAYBE") : null,
            1 + random.nextInt(500));
      }

      @Override
      public Iterable<ChunkUnion> smaller(ChunkUnion value) {
        return value.inserted == 0
            ? List.of()
            : List.of(
                new ChunkUnion(
                    value.inserted / 2,
                    value.deletedEvery,
                    value.nullEvery,
                    value.step,
                    value.insertedLater,
                    value.analyzed,
                    value.splitColumn,
                    value.chunkRows));
      }
    };
  }

  /**
   * @return how the table was cut
   */
  String check(Connection writer, Source source, TableName table) throws Exception {
    String sql = source.dialect().quote(table);
    String id = source.dialect().quote("ID");
    String maybe = source.dialect().quote("MAYBE");
    run(writer, "drop table if exists " + sql);
    run(
        writer,
        "create table %s (%s bigint primary key, %s int, pad varchar(200))"
            .formatted(sql, id, maybe));
    insert(writer, sql, 0, inserted);
    if (deletedEvery > 0) {
      run(
          writer,
          "delete from %s where %s %% %d = 0".formatted(sql, id, deletedEvery * Math.max(1, step)));
    }
    if (analyzed) {
      run(writer, "analyze" + (source.dialect().name().equals("mariadb") ? " table " + sql : ""));
    }
    var request =
        new TableRequest("T", table, new TableOptions(List.of(), null, null, splitColumn, null));
    var planner = new Planner(source, EncodeOptions.DEFAULTS, chunkRows);
    try (Snapshot snapshot = source.dialect().openSnapshot(source, 2)) {
      List<Long> expected =
          ids(snapshot, id, new Chunk(0, new Split.Range(sql, "", List.of(), -1), ""));
      insert(writer, sql, inserted, insertedLater);
      run(writer, "delete from %s where %s %% 5 = 0".formatted(sql, id));
      TablePlan plan = planner.plan(snapshot, request);
      var union = new ArrayList<Long>();
      for (Chunk chunk : plan.chunks()) {
        union.addAll(ids(snapshot, id, chunk));
      }
      assertThat(union).as(plan.toString()).containsExactlyInAnyOrderElementsOf(expected);
      return plan.kind();
    }
  }

  private void insert(Connection writer, String table, int from, int count) throws SQLException {
    try (PreparedStatement insert =
        writer.prepareStatement("insert into " + table + " values (?, ?, ?)")) {
      for (int i = from; i < from + count; i++) {
        insert.setLong(1, i * step - 1000);
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

  private static List<Long> ids(Snapshot snapshot, String id, Chunk chunk) throws SQLException {
    var found = new ArrayList<Long>();
    try (Connection session = snapshot.session();
        PreparedStatement statement =
            session.prepareStatement("select " + id + " from " + chunk.from(snapshot))) {
      for (int i = 0; i < chunk.binds().size(); i++) {
        statement.setObject(i + 1, chunk.binds().get(i));
      }
      statement.setFetchSize(100);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(rows.getLong(1));
        }
      }
    }
    return found;
  }
}
