package io.estat.testkit.gcs;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request, taken apart.
 *
 * @param upload to the /upload URI, where the bodies are
 * @param bucket the bucket's name
 * @param object empty where the path names none
 */
record GcsRequest(
    HttpExchange exchange,
    boolean upload,
    String bucket,
    String object,
    Map<String, String> parameters) {
  private static final Pattern PATH =
      Pattern.compile("(/upload|/download)?/storage/v1/b/([^/]+)/o(?:/([^/]+))?");

  private static final Set<String> PARAMETERS =
      Set.of(
          "alt",
          "fields",
          "ifGenerationMatch",
          "maxResults",
          "name",
          "pageToken",
          "prefix",
          "prettyPrint",
          "projection",
          "startOffset",
          "upload_id",
          "uploadType");

  static GcsRequest parse(HttpExchange exchange) throws IOException {
    Matcher path = PATH.matcher(exchange.getRequestURI().getRawPath());
    if (!path.matches()) {
      throw GcsAnswer.notFound("the path " + exchange.getRequestURI().getRawPath());
    }
    @Nullable String object = path.group(3);
    return new GcsRequest(
        exchange,
        "/upload".equals(path.group(1)),
        decode(path.group(2).replace("+", "%2B")),
        object == null ? "" : decode(object.replace("+", "%2B")),
        parameters(exchange.getRequestURI().getRawQuery()));
  }

  /** What is not known is refused, because a condition that is passed over is worse than none. */
  private static Map<String, String> parameters(@Nullable String query) throws IOException {
    var parameters = new HashMap<String, String>();
    for (String pair : query == null ? List.<String>of() : List.of(query.split("&"))) {
      String[] nameAndValue = pair.split("=", 2);
      if (!PARAMETERS.contains(nameAndValue[0])) {
        throw GcsAnswer.notImplemented("the parameter " + nameAndValue[0]);
      }
      parameters.put(nameAndValue[0], nameAndValue.length == 1 ? "" : decode(nameAndValue[1]));
    }
    return parameters;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  String method() {
    return exchange.getRequestMethod();
  }

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  @Nullable Long ifGenerationMatch() {
    @Nullable String text = parameters.get("ifGenerationMatch");
    return text == null ? null : Long.valueOf(text);
  }

  @Nullable String header(String name) {
    return exchange.getRequestHeaders().getFirst(name);
  }

  long contentLength() {
    @Nullable String length = header("Content-Length");
    return length == null ? 0 : Long.parseLong(length);
  }

  InputStream body() {
    return exchange.getRequestBody();
  }

  /** Method, path and parameters without the session's identity. */
  @Override
  public String toString() {
    @Nullable String range = header("Content-Range");
    return method() + " " + object + (range == null ? "" : " " + range);
  }
}
