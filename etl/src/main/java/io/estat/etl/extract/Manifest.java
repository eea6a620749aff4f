package io.estat.etl.extract;

import com.fasterxml.jackson.core.JsonGenerator;
import io.estat.etl.domain.TableEvidence;
import io.estat.etl.extract.SnapshotPolicy.Scope;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What a completed job has landed: {@code _manifest.json}, written last and only if absent. Readers
 * trust nothing that no manifest names.
 */
final class Manifest {
  static final String NAME = "_manifest.json";

  private final Extractor extractor;
  private final JobOrder order;
  private final JobFiles files;

  Manifest(Extractor extractor, JobOrder order, JobFiles files) {
    this.extractor = extractor;
    this.order = order;
    this.files = files;
  }

  /** Returns when the job has its manifest, also if another process has written it. */
  void write(List<TableRun> tables, Instant startedAt, Instant completedAt)
      throws ExtractException, ClaimLostException, InterruptedException {
    byte[] manifest = JsonText.pretty(json -> manifest(json, tables, startedAt, completedAt));
    files.create(files.key(NAME), manifest);
  }

  private void manifest(
      JsonGenerator json, List<TableRun> tables, Instant startedAt, Instant completedAt)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("format_version", 1);
    json.writeStringField("job", order.job().value());
    if (order.transport() == null) {
      json.writeNullField("transport");
    } else {
      json.writeStringField("transport", order.transport().value());
    }
    json.writeNumberField("version", order.version());
    json.writeStringField("mode", "full");
    if (order.previousVersion() == null) {
      json.writeNullField("previous_version");
    } else {
      json.writeNumberField("previous_version", order.previousVersion());
    }
    json.writeNullField("watermark");
    json.writeFieldName("snapshot");
    snapshot(json, tables);
    json.writeStringField("started_at", startedAt.toString());
    json.writeStringField("completed_at", completedAt.toString());
    options(json);
    json.writeArrayFieldStart("tables");
    for (TableRun table : tables) {
      JsonText.copy(table.evidence().manifestEntry(), json);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** Of the job, if all tables were read at one: else each says its own. */
  private void snapshot(JsonGenerator json, List<TableRun> tables) throws IOException {
    Scope scope = extractor.options().snapshots().scope();
    TableEvidence first = tables.getFirst().evidence();
    if (scope == Scope.JOB
        && tables.stream().allMatch(table -> isAtSamePoint(table.evidence(), first))) {
      Instant takenAt = first.snapshotTakenAt();
      ManifestEntry.snapshot(
          json, new PointInTime.Description("job", first.snapshot(), takenAt, takenAt));
    } else {
      json.writeStartObject();
      json.writeStringField("scope", lower(scope));
      json.writeEndObject();
    }
  }

  private static boolean isAtSamePoint(TableEvidence one, TableEvidence other) {
    return one.snapshot().equals(other.snapshot())
        && one.snapshotTakenAt().equals(other.snapshotTakenAt());
  }

  private void options(JsonGenerator json) throws IOException {
    ExtractOptions options = extractor.options();
    json.writeObjectFieldStart("options");
    json.writeStringField("source", extractor.source().dialect().name());
    json.writeNumberField("parallel_tables", options.parallelTables());
    json.writeNumberField("max_object_bytes", options.maxObjectBytes());
    json.writeStringField("snapshot", lower(options.snapshots().scope()));
    json.writeStringField("on_snapshot_lost", lower(options.snapshots().onLost()));
    json.writeStringField("verify", options.verify() ? "count" : "off");
    json.writeStringField("numbers", lower(options.encode().numbers()));
    json.writeStringField(
        "time_zones", options.encode().regions() ? "offset_and_region" : "offset");
    json.writeStringField("on_unsupported", lower(options.encode().onUnsupported()));
    json.writeStringField("on_bad_text", lower(options.encode().onBadText()));
    json.writeStringField("column_names", lower(options.columnNames()));
    json.writeEndObject();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
