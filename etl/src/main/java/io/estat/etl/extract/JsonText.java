package io.estat.etl.extract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** JSON that is small enough to be written and read in memory. */
final class JsonText {
  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonText() {}

  /** What a text says. */
  interface Content {
    void write(JsonGenerator json) throws IOException;
  }

  /** For people, too: over several lines, in UTF-8. */
  static byte[] pretty(Content content) {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(bytes).useDefaultPrettyPrinter()) {
      content.write(json);
    } catch (IOException e) {
      throw unexpected(e);
    }
    return bytes.toByteArray();
  }

  /** In one line. */
  static String compact(Content content) {
    var text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      content.write(json);
    } catch (IOException e) {
      throw unexpected(e);
    }
    return text.toString();
  }

  private static UncheckedIOException unexpected(IOException e) {
    return new UncheckedIOException("memory does not fail", e);
  }

  /** Adds a whole text as a value. */
  static void copy(String text, JsonGenerator json) throws IOException {
    try (JsonParser parser = FACTORY.createParser(text)) {
      parser.nextToken();
      json.copyCurrentStructure(parser);
    }
  }

  /** Of what anybody may have written. */
  static JsonParser parser(byte[] text) throws IOException {
    return FACTORY.createParser(text);
  }
}
