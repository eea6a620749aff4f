package io.estat.etl.extract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.estat.etl.domain.LandedObject;
import io.estat.etl.encode.ColumnPlan;
import io.estat.etl.source.Snapshot;
import io.estat.storage.ByteContent;
import io.estat.storage.ObjectInfo;
import io.estat.storage.ObjectPut;
import io.estat.storage.ObjectStore;
import io.estat.storage.PutOutcome;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a completed job has landed: {@code _manifest.json}, written last and only if absent, then
 * {@code _latest.json}. Readers trust nothing that no manifest names.
 */
final class Manifest {
  static final String NAME = "_manifest.json";

  /** By which a run knows its own manifest again when the answer to the put was lost. */
  private static final String JOB = "estat-job";

  private static final String JSON = "application/json";
  private static final JsonFactory FACTORY = new JsonFactory();

  private final Extractor extractor;
  private final JobOrder order;
  private final Retries retries;

  Manifest(Extractor extractor, JobOrder order, Retries retries) {
    this.extractor = extractor;
    this.order = order;
    this.retries = retries;
  }

  /** Writes both, checking before each that the job is still ours. */
  void write(
      List<TableRun> tables,
      Snapshot snapshot,
      Instant startedAt,
      Instant completedAt,
      JobWatch watch)
      throws ExtractException, ClaimLostException, InterruptedException {
    byte[] manifest = json(json -> manifest(json, tables, snapshot, startedAt, completedAt));
    retries.store(
        null,
        () -> {
          watch.requireClaim();
          putManifest(manifest);
          return null;
        });
    String latestKey = order.latestKey();
    if (latestKey != null) {
      byte[] latest = json(json -> latest(json, completedAt));
      retries.store(
          null,
          () -> {
            watch.requireClaim();
            return extractor.store().put(put(latestKey, latest, false));
          });
    }
  }

  private void putManifest(byte[] manifest) throws StoreException {
    ObjectStore store = extractor.store();
    String key = order.prefix() + NAME;
    if (store.put(put(key, manifest, true)) == PutOutcome.STORED) {
      return;
    }
    ObjectInfo found = store.head(key, extractor.options().callTimeout()).orElse(null);
    if (found == null || !order.job().value().equals(found.metadata().get(JOB))) {
      throw new StoreException(
          Kind.REJECTED,
          "a manifest " + key + " of another job is there already and was left as it is",
          null);
    }
  }

  private ObjectPut put(String key, byte[] content, boolean onlyIfAbsent) {
    return new ObjectPut(
        key,
        new ByteContent(content),
        JSON,
        Map.of(JOB, order.job().value()),
        onlyIfAbsent,
        extractor.options().callTimeout());
  }

  private void manifest(
      JsonGenerator json,
      List<TableRun> tables,
      Snapshot snapshot,
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
    snapshot(json, snapshot);
    json.writeStringField("started_at", startedAt.toString());
    json.writeStringField("completed_at", completedAt.toString());
    options(json);
    json.writeArrayFieldStart("tables");
    for (TableRun table : tables) {
      table(json, table, snapshot);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void snapshot(JsonGenerator json, Snapshot snapshot) throws IOException {
    json.writeObjectFieldStart("snapshot");
    json.writeStringField("scope", "job");
    json.writeStringField("id", snapshot.id());
    json.writeStringField("taken_at", snapshot.takenAt().toString());
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
    json.writeStringField("column_names", "source");
    json.writeEndObject();
  }

  private void table(JsonGenerator json, TableRun table, Snapshot snapshot) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", table.name());
    json.writeArrayFieldStart("objects");
    for (LandedObject object : table.landed()) {
      object(json, object);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("columns");
    for (ColumnPlan column : table.plan().columns()) {
      json.writeStartObject();
      json.writeStringField("name", column.column().name());
      json.writeStringField("type", column.column().type());
      json.writeStringField("encoding", column.encoding());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeObjectFieldStart("plan");
    json.writeStringField("kind", table.plan().kind());
    json.writeStringField("reason", table.plan().reason());
    json.writeNumberField("chunks", table.plan().chunks().size());
    json.writeEndObject();
    json.writeStringField("snapshot", snapshot.id());
    json.writeStringField("verify", extractor.options().verify() ? "count" : "off");
    json.writeObjectFieldStart("counters");
    json.writeNumberField("replaced_texts", table.replacedTexts());
    json.writeNumberField("out_of_range_values", table.outOfRanges());
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
    json.writeStringField("manifest", order.prefix() + NAME);
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
