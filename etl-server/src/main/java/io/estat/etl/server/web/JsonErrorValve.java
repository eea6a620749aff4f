package io.estat.etl.server.web;

import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.error.ErrorCode;
import io.estat.etl.server.error.ErrorWriter;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/**
 * What Tomcat itself refuses, told as everything else: request lines and headers that cannot be
 * read, encodings of paths, TRACE.
 */
final class JsonErrorValve extends ErrorReportValve {
  private final ErrorWriter errors;

  JsonErrorValve(ErrorWriter errors) {
    this.errors = errors;
  }

  @Override
  protected void report(Request request, Response response, @Nullable Throwable failure) {
    int status = response.getStatus();
    if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
      return;
    }
    try {
      errors.write(
          request, response, status, new ApiException(ErrorCode.ofStatus(status), message(status)));
    } catch (IOException | IllegalStateException e) {
      // The client is gone, or the answer has begun: nobody is left to be told.
      container.getLogger().debug("An error could not be told", e);
    }
  }

  static String message(int status) {
    return switch (status) {
      case 400 ->
          "the request cannot be read: request line, headers or encoding are not valid HTTP";
      case 401 -> "credentials are missing";
      case 403 -> "this is not allowed";
      case 404 -> "there is nothing under this path";
      case 405 -> "the path has no such method";
      case 406 -> "answers are application/json";
      case 408 -> "the request took too long";
      case 413 -> "the body has more than %d bytes".formatted(RequestGuard.MAX_BODY_BYTES);
      case 414 -> "the path and query are too long";
      case 415 -> "bodies are application/json";
      case 431 -> "the headers are too long";
      case 501 -> "a transfer encoding or method is not known here";
      case 503 -> "the server cannot do this now";
      case 505 -> "HTTP/1.0 and HTTP/1.1 are spoken here";
      default ->
          status >= 500
              ? "the request failed; the server's log tells more"
              : "the request is refused";
    };
  }
}
