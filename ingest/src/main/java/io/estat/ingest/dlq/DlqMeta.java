package io.estat.ingest.dlq;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.estat.ingest.batch.BatchSummary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file's companion, {@code {"num_events":N,...}}. Only the number of events must be there (older
 * writers gave no more); CRCs are written as unsigned numbers.
 */
record DlqMeta(long events, OptionalLong firstTs, OptionalLong lastTs, OptionalLong gzipBytes) {
  private static final int MAX_BYTES = 64 * 1024;
  private static final JsonFactory JSON = new JsonFactory();

  static byte[] json(BatchSummary summary, long gzipBytes, int gzipCrc32) {
    String text =
        "{\"num_events\":"
            + summary.events()
            + ",\"raw_bytes\":"
            + summary.rawBytes()
            + ",\"raw_crc32\":"
            + Integer.toUnsignedString(summary.rawCrc32())
            + ",\"first_ts\":"
            + summary.firstTs()
            + ",\"last_ts\":"
            + summary.lastTs()
            + ",\"gzip_bytes\":"
            + gzipBytes
            + ",\"gzip_crc32\":"
            + Integer.toUnsignedString(gzipCrc32)
            + "}\n";
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Empty if the text is not what it should be; the stream's own failures are thrown. */
  static Optional<DlqMeta> read(InputStream in) throws IOException {
    byte[] text = in.readNBytes(MAX_BYTES);
    Fields fields = new Fields();
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        fields.read(parser);
      }
      if (parser.currentToken() != JsonToken.END_OBJECT) {
        return Optional.empty();
      }
    } catch (IOException notJson) {
      return Optional.empty();
    }
    return fields.meta();
  }

  private static final class Fields {
    private OptionalLong events = OptionalLong.empty();
    private OptionalLong firstTs = OptionalLong.empty();
    private OptionalLong lastTs = OptionalLong.empty();
    private OptionalLong gzipBytes = OptionalLong.empty();

    void read(JsonParser parser) throws IOException {
      String field = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT) {
        parser.skipChildren();
        return;
      }
      OptionalLong value = OptionalLong.of(parser.getLongValue());
      switch (field) {
        case "num_events" -> events = value;
        case "first_ts" -> firstTs = value;
        case "last_ts" -> lastTs = value;
        case "gzip_bytes" -> gzipBytes = value;
        default -> {
          // For people, or for a later version.
        }
      }
    }

    Optional<DlqMeta> meta() {
      // An empty batch is never saved, and no real one has so many: such a meta is garbage.
      if (events.orElse(0) < 1 || events.orElse(0) > Integer.MAX_VALUE) {
        return Optional.empty();
      }
      return Optional.of(new DlqMeta(events.getAsLong(), firstTs, lastTs, gzipBytes));
    }
  }
}
