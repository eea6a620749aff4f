package io.estat.ingest.http;

import io.estat.ingest.http.Answers.After;
import io.estat.ingest.http.Answers.Kind;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a request's head by the rules of RFC 9110 and 9112 that the decoder leaves to others. */
final class RequestHead {
  static final String NDJSON = "application/x-ndjson";

  private RequestHead() {}

  /** The answer to a head that could not be decoded. */
  static Kind broken(DecoderResult result) {
    Throwable cause = result.cause();
    if (cause instanceof TooLongHttpLineException) {
      return Kind.URI_TOO_LONG;
    }
    return cause instanceof TooLongHttpHeaderException ? Kind.HEADERS_TOO_LARGE : Kind.BAD_REQUEST;
  }

  /** What the decoder lets through although RFC 9112 does not. */
  static boolean isProper(HttpRequest request) {
    boolean http11 = isHttp11(request);
    if (!http11 && !request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
      return false;
    }
    int hosts = request.headers().getAll("host").size();
    if (hosts > 1 || (http11 && hosts == 0)) {
      return false;
    }
    List<String> codings = request.headers().getAll("transfer-encoding");
    return codings.isEmpty()
        || (codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked"));
  }

  static boolean isHttp11(HttpRequest request) {
    return request.protocolVersion().equals(HttpVersion.HTTP_1_1);
  }

  /** Path and query of a request target in origin or absolute form (RFC 9112, 3.2). */
  static String withoutAuthority(String uri) {
    if (!uri.regionMatches(true, 0, "http://", 0, 7)
        && !uri.regionMatches(true, 0, "https://", 0, 8)) {
      return uri;
    }
    int end = uri.indexOf("//") + 2;
    while (end < uri.length() && uri.charAt(end) != '/' && uri.charAt(end) != '?') {
      end++;
    }
    return uri.startsWith("/", end) ? uri.substring(end) : "/" + uri.substring(end);
  }

  static boolean isPostOrGet(HttpMethod method) {
    return method.equals(HttpMethod.POST) || method.equals(HttpMethod.GET);
  }

  /** What happens to the connection after the answer: what the client wants, until we drain. */
  static After after(HttpRequest request, boolean draining) {
    if (draining || !HttpUtil.isKeepAlive(request)) {
      return After.CLOSE;
    }
    return isHttp11(request) ? After.KEEP : After.KEEP_10;
  }

  /**
   * Whether an answer before the body's end must close the connection: because there is too much to
   * read and drop, or because the client holds the body back and may or may not send it after our
   * answer, so that nobody could tell it from the next request.
   */
  static boolean mayNotReadItsBody(HttpRequest request) {
    long length = HttpUtil.getContentLength(request, 0L);
    boolean held =
        isHttp11(request)
            && request.headers().contains("expect")
            && (length > 0 || HttpUtil.isTransferEncodingChunked(request));
    return held || length > Connection.MAX_DISCARDED_BYTES;
  }

  /** Whether each line of the body is an event. */
  static boolean isNdjson(@Nullable String contentType) {
    return contentType != null
        && contentType.regionMatches(true, 0, NDJSON, 0, NDJSON.length())
        && (contentType.length() == NDJSON.length()
            || " ;\t".indexOf(contentType.charAt(NDJSON.length())) >= 0);
  }
}
