package io.estat.etl.extract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.estat.etl.domain.LandedObject;
import io.estat.etl.encode.ColumnNames;
import io.estat.etl.encode.ColumnPlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What a completed job has landed: {@code _manifest.json}, written last and only if absent, then
 * {@code _latest.json}. Readers trust nothing that no manifest names.
 */
final class Manifest {
  static final String NAME = "_manifest.json";

  private static final JsonFactory FACTORY = new JsonFactory();

  private final Extractor extractor;
  private final JobOrder order;
  private final JobFiles files;

  Manifest(Extractor extractor, JobOrder order, JobFiles files) {
    this.extractor = extractor;
    this.order = order;
    this.files = files;
  }

  void write(
      List<TableRun> tables, PointInTime.Description point, Instant startedAt, Instant completedAt)
      throws ExtractException, ClaimLostException, InterruptedException {
    byte[] manifest = json(json -> manifest(json, tables, point, startedAt, completedAt));
    files.create(null, files.key(NAME), manifest);
    String latestKey = order.latestKey();
    if (latestKey != null) {
      files.replace(latestKey, json(json -> latest(json, completedAt)));
    }
  }

  private void manifest(
      JsonGenerator json,
      List<TableRun> tables,
      PointInTime.Description point,
      Instant startedAt,
      Instant completedAt)
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
    snapshot(json, point);
    json.writeStringField("started_at", startedAt.toString());
    json.writeStringField("completed_at", completedAt.toString());
    options(json);
    json.writeArrayFieldStart("tables");
    for (TableRun table : tables) {
      table(json, table);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void snapshot(JsonGenerator json, PointInTime.Description point)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("scope", point.scope());
    json.writeStringField("id", point.id());
    json.writeStringField("taken_at", point.takenAt().toString());
    json.writeEndObject();
  }

  private void options(JsonGenerator json) throws IOException {
    ExtractOptions options = extractor.options();
    json.writeObjectFieldStart("options");
    json.writeStringField("source", extractor.source().dialect().name());
    json.writeNumberField("parallel_tables", options.parallelTables());
    json.writeNumberField("max_object_bytes", options.maxObjectBytes());
    json.writeStringField("verify", options.verify() ? "count" : "off");
    json.writeStringField("numbers", lower(options.encode().numbers()));
    json.writeStringField(
        "time_zones", options.encode().regions() ? "offset_and_region" : "offset");
    json.writeStringField("on_unsupported", lower(options.encode().onUnsupported()));
    json.writeStringField("on_bad_text", lower(options.encode().onBadText()));
    json.writeStringField("column_names", lower(options.columnNames()));
    json.writeEndObject();
  }

  private void table(JsonGenerator json, TableRun table) throws IOException {
    TableAttempt attempt = Objects.requireNonNull(table.attempt(), "a completed table was tried");
    json.writeStartObject();
    json.writeStringField("name", table.name());
    json.writeArrayFieldStart("objects");
    for (LandedObject object : table.landed()) {
      object(json, object);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("columns");
    ColumnNames names = attempt.columnNames();
    for (int i = 0; i < names.source().size(); i++) {
      ColumnPlan column = attempt.plan().columns().get(i);
      json.writeStartObject();
      json.writeStringField("name", names.landed().get(i));
      if (!names.source().get(i).equals(names.landed().get(i))) {
        json.writeStringField("source_name", names.source().get(i));
      }
      json.writeStringField("type", column.column().type());
      json.writeStringField("encoding", column.encoding());
      json.writeEndObject();
    }
    json.writeEndArray();
    if (names.noSchema().isPresent()) {
      json.writeStringField("no_schema_file", names.noSchema().get());
    }
    json.writeObjectFieldStart("plan");
    json.writeStringField("kind", attempt.plan().kind());
    json.writeStringField("reason", attempt.plan().reason());
    json.writeNumberField("chunks", attempt.plan().chunks().size());
    json.writeEndObject();
    json.writeFieldName("snapshot");
    snapshot(json, attempt.point().description());
    json.writeStringField("verify", extractor.options().verify() ? "count" : "off");
    json.writeObjectFieldStart("counters");
    json.writeNumberField("replaced_texts", attempt.replacedTexts());
    json.writeNumberField("out_of_range_values", attempt.outOfRanges());
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void object(JsonGenerator json, LandedObject object) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", object.name());
    json.writeNumberField("rows", object.rows());
    json.writeNumberField("bytes", object.bytes());
    json.writeStringField("crc32c", object.crc32c());
    if (object.generation() != null) {
      json.writeStringField("generation", object.generation());
    }
    json.writeEndObject();
  }

  private void latest(JsonGenerator json, Instant completedAt) throws IOException {
    json.writeStartObject();
    json.writeNumberField("format_version", 1);
    json.writeNumberField("version", order.version());
    json.writeStringField("job", order.job().value());
    json.writeStringField("manifest", files.key(NAME));
    json.writeStringField("completed_at", completedAt.toString());
    json.writeEndObject();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private interface Text {
    void write(JsonGenerator json) throws IOException;
  }

  private static byte[] json(Text text) {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(bytes).useDefaultPrettyPrinter()) {
      text.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }
}
