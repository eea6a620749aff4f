package io.estat.ingest.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which pages may read our answers. Without a list every page may, but never with credentials; with
 * a list the page's own origin is echoed, credentials are allowed, and caches are told.
 *
 * @param origins empty for everybody
 * @param collectedHeaders request headers that pages may send beside the usual ones
 */
public record Cors(List<String> origins, List<String> collectedHeaders) {
  private static final String PREFLIGHT =
      "Access-Control-Allow-Methods: GET, POST, OPTIONS\r\n"
          + "Access-Control-Allow-Headers: Content-Type, Content-Encoding, Authorization,"
          + " X-Write-Key";
  private static final String MAX_AGE = "\r\nAccess-Control-Max-Age: 86400\r\n";

  public Cors {
    origins = List.copyOf(origins);
    collectedHeaders = List.copyOf(collectedHeaders);
  }

  public Cors(List<String> origins) {
    this(origins, List.of());
  }

  /** Whether every page may read our answers. */
  boolean isOpen() {
    return origins.isEmpty();
  }

  /** Index of the origin in the list, or -1. */
  int indexOf(@Nullable String origin) {
    return origin == null ? -1 : origins.indexOf(origin);
  }

  /**
   * Header lines, each with its line end.
   *
   * @param origin what {@link #indexOf} gave
   */
  String headers(int origin) {
    if (origins.isEmpty()) {
      return "Access-Control-Allow-Origin: *\r\n";
    }
    return origin < 0
        ? "Vary: Origin\r\n"
        : "Access-Control-Allow-Origin: "
            + origins.get(origin)
            + "\r\nAccess-Control-Allow-Credentials: true\r\nVary: Origin\r\n";
  }

  String preflightHeaders(int origin) {
    String more = collectedHeaders.isEmpty() ? "" : ", " + String.join(", ", collectedHeaders);
    return headers(origin) + PREFLIGHT + more + MAX_AGE;
  }
}
