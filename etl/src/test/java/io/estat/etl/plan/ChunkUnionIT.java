package io.estat.etl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.domain.TableName;
import io.estat.etl.source.Source;
import io.estat.etl.source.Sources;
import io.estat.etl.source.TestSources;
import io.estat.testkit.MariaDbServer;
import io.estat.testkit.Property;
import java.sql.Connection;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ChunkUnionIT {
  @Test
  void theChunksOfAnyTableOfMariaDbAreTheTable() throws Exception {
    var kinds = new TreeSet<String>();
    try (MariaDbServer server = MariaDbServer.start("--log-bin")) {
      MariaDbServer.Database database = server.createDatabase();
      try (Connection writer = database.connect();
          Source source =
              Sources.open(
                  TestSources.settings(
                      database.url(), MariaDbServer.USER, MariaDbServer.PASSWORD))) {
        var name = new TableName(database.name(), "T");
        for (ChunkUnion table : ChunkUnion.eachWay()) {
          kinds.add(table.check(writer, source, name));
        }
        Property.forAll(55, ChunkUnion.gen(), table -> table.check(writer, source, name));
      }
    }
    assertThat(kinds).contains("key ranges", "one cursor");
  }
}
