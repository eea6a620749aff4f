package io.estat.ingest.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What can be read from the server: /health, /ready, /metrics, and the page. Thread-safe as far as
 * its suppliers are.
 */
public final class Pages {
  private static final String TEXT = "text/plain; charset=utf-8";

  /** One page: its status line, media type and body. */
  public record Page(String status, String contentType, String body) {}

  private final Map<String, Supplier<Page>> pages;

  private Pages(Map<String, Supplier<Page>> pages) {
    this.pages = Map.copyOf(pages);
  }

  /**
   * @param pages what a path shows, made anew for each request on the event loop: must be quick
   */
  public static Pages of(Map<String, Supplier<Page>> pages) {
    return new Pages(pages);
  }

  /** Lives as long as the process answers at all. */
  public static Page health() {
    return text("200 OK", "ok\n");
  }

  /**
   * @param notReady the reason, or empty if requests are welcome
   */
  public static Page ready(Optional<String> notReady) {
    return notReady
        .map(reason -> text("503 Service Unavailable", reason + "\n"))
        .orElseGet(() -> text("200 OK", "ready\n"));
  }

  private static Page text(String status, String body) {
    return new Page(status, TEXT, body);
  }

  boolean has(String path) {
    return pages.containsKey(path);
  }

  /** The answer to a GET or HEAD of a path that is there. */
  ByteBuf answer(String path, HttpMethod method, Answers.After after) {
    Page made = Objects.requireNonNull(pages.get(path)).get();
    boolean head = method.equals(HttpMethod.HEAD);
    return Answers.text(
        made.status, made.contentType, made.body.getBytes(StandardCharsets.UTF_8), after, head);
  }
}
