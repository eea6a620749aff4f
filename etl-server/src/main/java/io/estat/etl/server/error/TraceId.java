package io.estat.etl.server.error;

import jakarta.servlet.ServletRequest;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The id that joins a request, its log lines and its answer: of the caller's {@code traceparent}
 * (W3C Trace Context, level 1), else random.
 */
public final class TraceId {
  /** Key in the log's context, and attribute of the request. */
  public static final String NAME = "trace_id";

  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");
  private static final String NONE = "0".repeat(32);

  private TraceId() {}

  public static String ofHeader(@Nullable String traceparent) {
    if (traceparent != null) {
      Matcher matcher = TRACEPARENT.matcher(traceparent);
      if (matcher.matches() && !matcher.group(1).equals(NONE)) {
        return matcher.group(1);
      }
    }
    var random = ThreadLocalRandom.current();
    // An id of only zeros is not valid.
    return HexFormat.of().toHexDigits(random.nextLong())
        + HexFormat.of().toHexDigits(random.nextLong() | 1);
  }

  /** The id of the request; one is made for a request that never came to the filters. */
  public static String of(ServletRequest request) {
    if (request.getAttribute(NAME) instanceof String id) {
      return id;
    }
    String id = ofHeader(null);
    request.setAttribute(NAME, id);
    return id;
  }
}
