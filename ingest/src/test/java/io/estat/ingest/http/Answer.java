package io.estat.ingest.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One answer of the server.
 *
 * @param headers by name in lower case
 */
record Answer(int status, Map<String, List<String>> headers, byte[] body) {
  /** The one value of a header, or null. */
  @Nullable String header(String name) {
    List<String> values = headers.getOrDefault(name, List.of());
    if (values.size() > 1) {
      throw new AssertionError(name + " stands there several times: " + values);
    }
    return values.isEmpty() ? null : values.getFirst();
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  boolean saysClose() {
    return "close".equalsIgnoreCase(header("connection"));
  }
}
