package io.estat.etl.source;

import io.estat.etl.domain.Column;
import io.estat.etl.encode.BigQueryType;
import io.estat.etl.encode.ColumnPlan;
import io.estat.etl.encode.EncodeOptions;
import io.estat.etl.encode.TypeTable;
import io.estat.jsonl.JsonText;
import java.nio.charset.StandardCharsets;

/** Every value as the driver's text of it. */
final class TextTypes implements TypeTable {
  @Override
  public ColumnPlan plan(Column column, String quoted, EncodeOptions options) {
    return new ColumnPlan(
        column,
        quoted,
        "string",
        BigQueryType.of("STRING"),
        counters ->
            (row, index, out) -> {
              String text = row.getString(index);
              if (text == null) {
                out.putAscii("null");
                return;
              }
              byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
              out.put('"');
              byte[] room = out.room((long) utf8.length * JsonText.MAX_ESCAPED_BYTES_PER_BYTE);
              out.length(JsonText.escapeUtf8(utf8, 0, utf8.length, room, out.length()));
              out.put('"');
            });
  }
}
