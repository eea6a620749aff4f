package io.estat.etl.encode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * What Google publishes about schema files, written down from its pages and not from our encoder:
 * "Specifying a schema" (column names, modes, JSON schema file;
 * https://cloud.google.com/bigquery/docs/schemas), "Quotas and limits" (10,000 columns a table;
 * https://cloud.google.com/bigquery/quotas#table_limits) and the REST reference of TableFieldSchema
 * (types; https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#TableFieldSchema). Of the
 * names only those are taken that need no flexible column names, which not every way of reading a
 * table supports; and none of the pseudo-columns of change data capture
 * (https://cloud.google.com/bigquery/docs/change-data-capture).
 */
final class BigQueryRules {
  private static final List<String> TYPES =
      List.of(
          ("STRING BYTES INTEGER INT64 FLOAT FLOAT64 BOOLEAN BOOL TIMESTAMP DATE TIME DATETIME"
                  + " GEOGRAPHY NUMERIC BIGNUMERIC JSON RECORD STRUCT")
              .split(" "));
  private static final List<String> PREFIXES =
      List.of("_table_", "_file_", "_partition", "_row_timestamp", "__root__", "_colidentifier");
  private static final List<String> CHANGE_DATA_CAPTURE =
      List.of("_change_type", "_change_sequence_number", "_change_timestamp");

  private BigQueryRules() {}

  /** The fields of a schema file that BigQuery would take. */
  static List<Map<String, String>> validated(byte[] file) throws IOException {
    List<Map<String, String>> fields = fields(file);
    require(!fields.isEmpty() && fields.size() <= 10_000, "1 to 10,000 columns");
    var names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (Map<String, String> field : fields) {
      require(List.of("mode", "name", "type").containsAll(field.keySet()), "unknown key " + field);
      String name = field.getOrDefault("name", "");
      require(!name.isEmpty() && name.length() <= 300, "length of " + name);
      for (int i = 0; i < name.length(); i++) {
        char c = name.charAt(i);
        boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        require(letter || (i > 0 && c >= '0' && c <= '9'), "character %d of %s".formatted(i, name));
      }
      for (String prefix : PREFIXES) {
        require(
            !name.regionMatches(true, 0, prefix, 0, prefix.length()), "reserved prefix: " + name);
      }
      require(
          !CHANGE_DATA_CAPTURE.contains(name.toLowerCase(Locale.ROOT)), "pseudo-column: " + name);
      require(names.add(name), "twice: " + name);
      require(TYPES.contains(field.get("type")), "type: " + field);
      require(List.of("NULLABLE", "REQUIRED").contains(field.get("mode")), "mode: " + field);
    }
    return fields;
  }

  /** The one field of a schema file of this column. */
  static Map<String, String> field(ColumnPlan plan) {
    try {
      return fields(BigQuerySchema.write(List.of(plan), List.of("c"))).getFirst();
    } catch (IOException e) {
      throw new AssertionError("not JSON", e);
    }
  }

  private static List<Map<String, String>> fields(byte[] file) throws IOException {
    var fields = new ArrayList<Map<String, String>>();
    try (JsonParser parser = new JsonFactory().createParser(file)) {
      require(parser.nextToken() == JsonToken.START_ARRAY, "an array");
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        var field = new HashMap<String, String>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          require(parser.nextToken() == JsonToken.VALUE_STRING, "strings");
          require(field.put(parser.currentName(), parser.getText()) == null, "keys once");
        }
        fields.add(field);
      }
      require(parser.currentToken() == JsonToken.END_ARRAY, "nothing but objects");
      require(parser.nextToken() == null, "nothing behind the array");
    }
    return fields;
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new AssertionError("BigQuery would refuse the schema: " + rule);
    }
  }
}
