package io.estat.ingest;

import io.estat.ingest.http.Pages.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The built-in page: what this server is, live counters, two buttons that send an event. */
final class StatusPage {
  private static final String HTML = read();

  private StatusPage() {}

  private static String read() {
    try (InputStream in = StatusPage.class.getResourceAsStream("status.html")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("status.html is not in the jar", e);
    }
  }

  /**
   * The page.
   *
   * @param collectPort where its buttons send to
   */
  static Page page(int collectPort) {
    String body = HTML.replace("@PORT@", Integer.toString(collectPort));
    return new Page("200 OK", "text/html; charset=utf-8", body);
  }
}
