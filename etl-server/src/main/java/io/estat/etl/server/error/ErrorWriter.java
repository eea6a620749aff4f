package io.estat.etl.server.error;

import io.estat.etl.server.log.LogMask;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/** Makes the body of an error and writes it where no controller is reached. Thread-safe. */
public final class ErrorWriter {
  private final JsonMapper json;
  private final LogMask mask;

  public ErrorWriter(JsonMapper json, LogMask mask) {
    this.json = json;
    this.mask = mask;
  }

  /** With secrets blanked out of its texts. */
  public ApiError body(
      HttpServletRequest request, ErrorCode code, String message, List<ApiError.Detail> details) {
    List<ApiError.Detail> masked =
        details.stream()
            .map(detail -> new ApiError.Detail(detail.field(), mask.apply(detail.message())))
            .toList();
    return new ApiError(
        code, mask.apply(message), masked.isEmpty() ? null : masked, TraceId.of(request));
  }

  /** Does nothing if the answer has begun. */
  public void write(
      HttpServletRequest request, HttpServletResponse response, int status, ApiException error)
      throws IOException {
    if (response.isCommitted()) {
      return;
    }
    byte[] body = json.writeValueAsBytes(body(request, error.code(), text(error), error.details()));
    error.headers().forEach(response::setHeader);
    response.setStatus(status);
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    response.setCharacterEncoding(StandardCharsets.UTF_8);
    response.setContentLength(body.length);
    // A request line that cannot be read has no method.
    if (!"HEAD".equals(request.getMethod())) {
      response.getOutputStream().write(body);
    }
    response.flushBuffer();
  }

  public void write(HttpServletRequest request, HttpServletResponse response, ApiException error)
      throws IOException {
    write(request, response, error.code().status(), error);
  }

  private static String text(ApiException error) {
    return String.valueOf(error.getMessage());
  }
}
