package io.estat.etl.encode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The schema file of a table, as {@code bq load} takes it: an array of fields.
 *
 * @see <a
 *     href="https://cloud.google.com/bigquery/docs/schemas#creating_a_json_schema_file">Creating a
 *     JSON schema file</a>
 */
public final class BigQuerySchema {
  private static final JsonFactory JSON = new JsonFactory();

  private BigQuerySchema() {}

  /**
   * The whole file in UTF-8.
   *
   * @param names in the lines, one a column
   */
  public static byte[] write(List<ColumnPlan> columns, List<String> names) {
    var file = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(file).useDefaultPrettyPrinter()) {
      json.writeStartArray();
      for (int i = 0; i < columns.size(); i++) {
        ColumnPlan column = columns.get(i);
        json.writeStartObject();
        json.writeStringField("name", names.get(i));
        json.writeStringField("type", column.bigQuery().name());
        json.writeStringField("mode", required(column) ? "REQUIRED" : "NULLABLE");
        json.writeEndObject();
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // an array in memory has no such failure
    }
    return file.toByteArray();
  }

  /** A JSON column may hold JSON's null, a column that is left empty holds nothing else. */
  private static boolean required(ColumnPlan column) {
    return !column.column().nullable()
        && column.bigQuery() != BigQueryType.JSON
        && !column.encoding().equals(Shape.NOTHING);
  }
}
