package io.estat.ingest.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event line as a strict reader sees it: valid UTF-8, one JSON object, no field twice, one
 * newline, and that at the end.
 */
record EventJson(Map<String, Object> fields) {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  static EventJson of(byte[] line) {
    String text = strictUtf8(line);
    if (text.indexOf('\n') != text.length() - 1) {
      throw new AssertionError("not one line: " + text);
    }
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new AssertionError("no object: " + text);
      }
      var fields = object(parser);
      if (parser.nextToken() != null) {
        throw new AssertionError("more than one value: " + text);
      }
      return new EventJson(fields);
    } catch (IOException e) {
      throw new AssertionError("no JSON: " + text, e);
    }
  }

  private static String strictUtf8(byte[] line) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
    } catch (CharacterCodingException e) {
      throw new AssertionError("no UTF-8: " + new String(line, StandardCharsets.ISO_8859_1), e);
    }
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      fields.put(name, value(parser, parser.nextToken()));
    }
    return fields;
  }

  private static Object value(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> object(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_TRUE -> true;
      default -> throw new AssertionError("unexpected " + token);
    };
  }

  @Nullable Object field(String name) {
    return fields.get(name);
  }

  String text(String name) {
    return (String) Objects.requireNonNull(fields.get(name), () -> "no " + name + " in " + fields);
  }

  String body() {
    return text("body");
  }

  @SuppressWarnings("unchecked")
  Map<String, Object> headers() {
    return (Map<String, Object>) Objects.requireNonNull(fields.get("headers"));
  }

  boolean isLatin1() {
    return Objects.equals(fields.get("latin1"), true);
  }

  /** The body as the bytes that were sent. */
  byte[] bodyBytes() {
    return fields.containsKey("body")
        ? body().getBytes(StandardCharsets.UTF_8)
        : Base64.getDecoder().decode(text("body_base64"));
  }

  /** A header's value as the bytes that were sent, by the rule that the line's mark tells. */
  byte[] headerBytes(String value) {
    return value.getBytes(isLatin1() ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
  }
}
