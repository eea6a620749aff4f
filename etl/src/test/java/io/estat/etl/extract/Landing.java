package io.estat.etl.extract;

import io.estat.etl.domain.JobId;
import io.estat.etl.domain.TableOptions;
import io.estat.etl.domain.TransportId;
import io.estat.etl.plan.TableRequest;
import io.estat.etl.source.Source;
import io.estat.storage.FolderStore;
import io.estat.storage.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** A folder that jobs land in, and what a reader of it sees. */
final class Landing {
  private static final String VERSION = "TRPID-0a1b2c3d/v001/";

  /** Two retries, and no patience. */
  static final RetryPolicy IMPATIENT =
      new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(2), Duration.ZERO);

  private final Path folder;
  private final RecordingWatch watch = new RecordingWatch();

  Landing(Path folder) {
    this.folder = folder;
  }

  RecordingWatch watch() {
    return watch;
  }

  JobOutcome run(Source from, ExtractOptions options, String... tables)
      throws InterruptedException {
    return run(from, new FolderStore(folder), options, tables);
  }

  JobOutcome run(Source from, ObjectStore to, ExtractOptions options, String... tables)
      throws InterruptedException {
    return new Extractor(from, to, options, InstantSource.system()).run(order(tables), watch).run();
  }

  static JobOrder order(String... tables) {
    return JobOrder.of(
        new JobId("JOB-20260131-235959-0a1b2c3d"),
        new TransportId("TRPID-0a1b2c3d"),
        1,
        null,
        Stream.of(tables).map(table -> TableRequest.of(table, TableOptions.NONE)).toList());
  }

  static ExtractOptions options() {
    return ExtractOptions.DEFAULTS.withRetry(IMPATIENT);
  }

  List<String> lines(String table) throws IOException {
    try (var in =
        new GZIPInputStream(Files.newInputStream(folder.resolve(VERSION + table + ".jsonl.gz")))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  String manifest() throws IOException {
    return Files.readString(folder.resolve(VERSION + "_manifest.json")).replaceAll("\\s+", " ");
  }

  /** All files, those of open uploads too. */
  List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().endsWith(".meta"))
          .map(file -> folder.relativize(file).toString().replace(VERSION, ""))
          .sorted()
          .toList();
    }
  }
}
