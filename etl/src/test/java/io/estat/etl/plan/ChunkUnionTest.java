package io.estat.etl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.domain.TableName;
import io.estat.etl.source.Source;
import io.estat.etl.source.Sources;
import io.estat.etl.source.TestSources;
import io.estat.testkit.PostgresServer;
import io.estat.testkit.Property;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ChunkUnionTest {
  @Test
  void theChunksOfAnyTableOfPostgresAreTheTable() throws Exception {
    var kinds = new TreeSet<String>();
    PostgresServer.Database database = PostgresServer.shared().createDatabase();
    try (Connection writer = database.connect();
        Source source =
            Sources.open(
                TestSources.settings(
                    database.url(), PostgresServer.USER, PostgresServer.PASSWORD))) {
      var name = new TableName("public", "T");
      for (ChunkUnion table : ChunkUnion.eachWay()) {
        kinds.add(table.check(writer, source, name));
      }
      Property.forAll(20, ChunkUnion.gen(), table -> table.check(writer, source, name));
    }
    assertThat(kinds).contains("ctid ranges", "key ranges", "one cursor");
  }

  @Test
  void theChunksOfAnyTableOfH2AreTheTable() throws Exception {
    String url = "jdbc:h2:mem:union";
    try (Connection writer = DriverManager.getConnection(url, "sa", "");
        Source source = Sources.open(TestSources.settings(url, "sa", ""))) {
      Property.forAll(
          10, ChunkUnion.gen(), table -> table.check(writer, source, new TableName("PUBLIC", "T")));
    }
  }
}
