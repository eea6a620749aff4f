package io.estat.ingest.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One answer of the server.
 *
 * @param headers by name in lower case
 * @param latin1Body the body, each byte as a character U+0000-U+00FF
 */
record Answer(int status, Map<String, List<String>> headers, String latin1Body) {
  /** The one value of a header, or null. */
  @Nullable String header(String name) {
    List<String> values = headers.getOrDefault(name, List.of());
    if (values.size() > 1) {
      throw new AssertionError(name + " stands there several times: " + values);
    }
    return values.isEmpty() ? null : values.getFirst();
  }

  byte[] body() {
    return latin1Body.getBytes(StandardCharsets.ISO_8859_1);
  }

  String text() {
    return new String(body(), StandardCharsets.UTF_8);
  }

  boolean saysClose() {
    return "close".equalsIgnoreCase(header("connection"));
  }
}
