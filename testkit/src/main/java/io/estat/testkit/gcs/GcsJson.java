package io.estat.testkit.gcs;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The documents of the API: object resources, lists of them, errors. */
final class GcsJson {
  private static final JsonFactory FACTORY = new JsonFactory();

  private GcsJson() {}

  private interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  /** What a request says of the object it makes. */
  record Properties(Map<String, String> fields, Map<String, String> metadata) {
    @Nullable String field(String name) {
      return fields.get(name);
    }
  }

  /** Reads an object resource; values that are neither text nor numbers are passed over. */
  static Properties properties(byte[] document) throws IOException {
    var fields = new HashMap<String, String>();
    var metadata = new HashMap<String, String>();
    if (document.length == 0) {
      return new Properties(fields, metadata);
    }
    try (JsonParser json = FACTORY.createParser(document)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw GcsAnswer.badRequest("the metadata are no JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (name.equals("metadata") && value == JsonToken.START_OBJECT) {
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            metadata.put(json.currentName(), String.valueOf(json.nextTextValue()));
          }
        } else if (value.isScalarValue()) {
          fields.put(name, json.getText());
        } else {
          json.skipChildren();
        }
      }
    }
    return new Properties(fields, metadata);
  }

  static String object(String bucket, GcsObject object) {
    return text(json -> write(json, bucket, object));
  }

  static String page(String bucket, List<GcsObject> objects, @Nullable String nextPageToken) {
    return text(
        json -> {
          json.writeStartObject();
          json.writeStringField("kind", "storage#objects");
          if (nextPageToken != null) {
            json.writeStringField("nextPageToken", nextPageToken);
          }
          // Like the real one: no field for an empty list.
          if (!objects.isEmpty()) {
            json.writeArrayFieldStart("items");
            for (GcsObject object : objects) {
              write(json, bucket, object);
            }
            json.writeEndArray();
          }
          json.writeEndObject();
        });
  }

  static String error(int status, String reason, String message) {
    return text(
        json -> {
          json.writeStartObject();
          json.writeObjectFieldStart("error");
          json.writeNumberField("code", status);
          json.writeStringField("message", message);
          json.writeArrayFieldStart("errors");
          json.writeStartObject();
          json.writeStringField("domain", "global");
          json.writeStringField("reason", reason);
          json.writeStringField("message", message);
          json.writeEndObject();
          json.writeEndArray();
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, String bucket, GcsObject object)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("kind", "storage#object");
    json.writeStringField("bucket", bucket);
    json.writeStringField("name", object.name());
    // Numbers of 64 bits are texts in this API.
    json.writeStringField("generation", Long.toString(object.generation()));
    json.writeStringField("metageneration", "1");
    json.writeStringField("size", Long.toString(object.content().length()));
    json.writeStringField("crc32c", object.content().crc32c());
    if (!object.contentType().isEmpty()) {
      json.writeStringField("contentType", object.contentType());
    }
    if (!object.contentEncoding().isEmpty()) {
      json.writeStringField("contentEncoding", object.contentEncoding());
    }
    if (!object.metadata().isEmpty()) {
      json.writeObjectFieldStart("metadata");
      for (Map.Entry<String, String> entry : object.metadata().entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static String text(Body body) {
    var text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      body.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
