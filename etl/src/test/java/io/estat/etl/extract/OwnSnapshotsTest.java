package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a run takes of the pool is there. */
final class OwnSnapshotsTest {
  /** A snapshot that lives in its sessions has one for each reader. */
  @ParameterizedTest
  @CsvSource({"10, 8", "6, 4", "18, 16", "40, 4", "13, 4"})
  void planningBesideAHeldSnapshotFitsIntoTheRunsShareOfThePool(int poolMax, int readers) {
    OwnSnapshots own =
        OwnSnapshots.of(poolMax, ExtractOptions.DEFAULTS.withParallelTables(readers));

    int runs = poolMax / (readers + 2);
    assertThat(own.plannersBeside(readers)).isPositive();
    assertThat(runs * (readers + own.plannersBeside(readers))).isLessThan(poolMax);
  }
}
