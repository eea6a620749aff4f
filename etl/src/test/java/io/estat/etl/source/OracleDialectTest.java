package io.estat.etl.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.etl.source.OracleCatalog.Extent;
import io.estat.testkit.Property;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be said of the dialect without an Oracle. */
@Timeout(300)
class OracleDialectTest {
  private static final Pattern BOUND =
      Pattern.compile(
          "(rowid (?:>=|<)) dbms_rowid\\.rowid_create\\(1, (\\d+), (\\d+), (\\d+), 0\\)");

  @ParameterizedTest
  @CsvSource({
    "1013, CANCELLED",
    "1555, SNAPSHOT_LOST",
    "1466, SNAPSHOT_LOST",
    "8103, SNAPSHOT_LOST",
    "8181, SNAPSHOT_LOST",
    "1410, SNAPSHOT_LOST",
    "1017, DENIED",
    "1031, DENIED",
    "942, CHANGED",
    "904, CHANGED",
    "3113, TRANSIENT",
    "12541, TRANSIENT",
    "17002, TRANSIENT",
    "60, TRANSIENT",
    "6550, PERMANENT"
  })
  void tellsWhatACodeMeans(int code, SourceFailure meaning) {
    var failure = new SQLException("ORA-%05d".formatted(code), "72000", code);
    assertThat(new OracleDialect().classify(failure)).isEqualTo(meaning);
    assertThat(new OracleDialect().classify(new SQLException("wrapped", failure)))
        .isEqualTo(meaning);
  }

  /** In the order of ROWIDs: data object, file, block. */
  private record Rowid(long dataObject, long file, long block) implements Comparable<Rowid> {
    @Override
    public int compareTo(Rowid other) {
      int byObject = Long.compare(dataObject, other.dataObject);
      int byFile = Long.compare(file, other.file);
      return byObject != 0 ? byObject : byFile != 0 ? byFile : Long.compare(block, other.block);
    }
  }

  @Test
  void everyRowidIsInExactlyOneRangeAndRangesAreAboutEqual() {
    Property.forAll(
        500,
        random -> {
          var extents = new ArrayList<Extent>();
          long block = 8;
          for (int object = 1; object <= 1 + random.nextInt(3); object++) {
            for (int file = 1; file <= 1 + random.nextInt(3); file++) {
              for (int i = random.nextInt(4); i >= 0; i--) {
                long blocks = 1L + random.nextInt(random.nextBoolean() ? 8 : 8192);
                extents.add(new Extent(object, file, block, blocks));
                block += blocks + random.nextInt(100);
              }
            }
          }
          return List.copyOf(extents);
        },
        extents -> {
          Split split = RowidRanges.of("t", 100_000, extents, 10_000);
          long blocks = extents.stream().mapToLong(Extent::blocks).sum();
          for (Extent extent : extents) {
            for (long block :
                List.of(extent.block() - 1, extent.block(), extent.block() + extent.blocks() - 1)) {
              var rowid = new Rowid(extent.dataObject(), extent.relativeFile(), block);
              assertThat(split.ranges().stream().filter(range -> holds(range, rowid))).hasSize(1);
            }
          }
          assertThat(split.ranges()).hasSize((int) Math.min(10, blocks));
        });
  }

  private static boolean holds(Split.Range range, Rowid rowid) {
    return BOUND
        .matcher(range.condition())
        .results()
        .allMatch(
            bound -> {
              var limit =
                  new Rowid(
                      Long.parseLong(bound.group(2)),
                      Long.parseLong(bound.group(3)),
                      Long.parseLong(bound.group(4)));
              int order = rowid.compareTo(limit);
              return bound.group(1).endsWith(">=") ? order >= 0 : order < 0;
            });
  }

  @Test
  void aListenerThatIsNotThereMeansToTryAgain() throws Exception {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    var settings =
        TestSources.settings("jdbc:oracle:thin:@//127.0.0.1:%d/NONE".formatted(port), "u", "p");
    try (Source source = Sources.open(settings)) {
      assertThatThrownBy(() -> new DriverConnections(source.dialect(), settings).open())
          .satisfies(
              e ->
                  assertThat(source.dialect().classify((SQLException) e))
                      .isEqualTo(SourceFailure.TRANSIENT));
    }
  }
}
