package io.estat.etl.extract;

import com.fasterxml.jackson.core.JsonGenerator;
import io.estat.etl.domain.LandedObject;
import io.estat.etl.domain.TableEvidence;
import io.estat.etl.encode.ColumnNames;
import io.estat.etl.encode.ColumnPlan;
import java.io.IOException;
import java.util.List;

/**
 * What the manifest says of one table. It is written down when the table is completed, since
 * another process may have to write the manifest.
 *
 * @param verify whether the database's own count was asked for
 */
record ManifestEntry(boolean verify) {
  TableEvidence of(TableAttempt attempt, List<LandedObject> objects) {
    PointInTime.Description point = attempt.point().description();
    String entry = JsonText.compact(json -> table(json, attempt, objects));
    return new TableEvidence(entry, point.id(), point.takenAt());
  }

  private void table(JsonGenerator json, TableAttempt attempt, List<LandedObject> objects)
      throws IOException {
    TableRun table = attempt.table();
    json.writeStartObject();
    json.writeStringField("name", table.name());
    json.writeArrayFieldStart("objects");
    for (LandedObject object : objects) {
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
    json.writeStringField("verify", verify ? "count" : "off");
    json.writeObjectFieldStart("counters");
    json.writeNumberField("replaced_texts", attempt.replacedTexts());
    json.writeNumberField("out_of_range_values", attempt.outOfRanges());
    json.writeNumberField("table_restarts", table.restarts());
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

  static void snapshot(JsonGenerator json, PointInTime.Description point) throws IOException {
    json.writeStartObject();
    json.writeStringField("scope", point.scope());
    json.writeStringField("id", point.id());
    json.writeStringField("taken_at", point.takenAt().toString());
    if (point.takenUntil().isAfter(point.takenAt())) {
      json.writeStringField("taken_until", point.takenUntil().toString());
    }
    json.writeEndObject();
  }
}
