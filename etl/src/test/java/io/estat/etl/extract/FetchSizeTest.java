package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.source.Source;
import io.estat.etl.source.SourceSettings;
import io.estat.etl.source.Sources;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FetchSizeTest {
  private static final long BYTES = 1_000_000;

  @TempDir private Path folder;

  @Test
  void theSmallerOfRowsAndBytesBoundsAFetch() {
    var size = new FetchSize(1000, BYTES);
    assertThat(size.rows()).as("nothing is known").isEqualTo(1);
    size.seen(1, 100);
    assertThat(size.rows()).isEqualTo(1000);
    size.seen(10, 100_000);
    assertThat(size.rows()).isEqualTo(100);
    size.seen(1, 50_000_000);
    assertThat(size.rows()).isEqualTo(1);
    size.seen(1, 0);
    assertThat(size.rows()).isEqualTo(1000);
  }

  @Test
  void aTableOfLongRowsIsFetchedInFewAtATime() throws Exception {
    var url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    try (Connection connection = DriverManager.getConnection(url, "sa", "");
        Statement statement = connection.createStatement()) {
      statement.execute("create table LONG_ROWS (ID int primary key, NOTE varchar(300000))");
      statement.execute(
          "insert into LONG_ROWS select X, repeat('x', 200000) from system_range(1, 20)");
      statement.execute("create table SHORT_ROWS as select X as ID from system_range(1, 20)");
    }
    List<Integer> asked = new CopyOnWriteArrayList<>();
    try (Source source = Sources.open(settings(url))) {
      Source watched = BentSource.watchingFetchSizes(asked::add, source);
      new Landing(folder.resolve("long")).run(watched, Landing.options(), "LONG_ROWS");
      assertThat(asked).startsWith(1).endsWith(4).allMatch(rows -> rows <= 4);
      asked.clear();
      new Landing(folder.resolve("short")).run(watched, Landing.options(), "SHORT_ROWS");
      assertThat(asked).containsExactly(1, 500);
    }
  }

  private static SourceSettings settings(String url) {
    return new SourceSettings(url, "sa", "", Map.of(), 1, 10, 500, BYTES, 500, null, "estat test");
  }
}
