package io.estat.etl.server.error;

import java.util.List;
import java.util.Map;

/** A request is refused; the message is for the caller. */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final transient List<ApiError.Detail> details;
  private final transient Map<String, String> headers;

  public ApiException(ErrorCode code, String message) {
    this(code, message, List.of(), Map.of());
  }

  public ApiException(
      ErrorCode code, String message, List<ApiError.Detail> details, Map<String, String> headers) {
    super(message);
    this.code = code;
    this.details = List.copyOf(details);
    this.headers = Map.copyOf(headers);
  }

  /** One field is wrong. */
  public static ApiException ofField(String field, String message) {
    return new ApiException(
        ErrorCode.VALIDATION_ERROR,
        field + ": " + message,
        List.of(new ApiError.Detail(field, message)),
        Map.of());
  }

  public ErrorCode code() {
    return code;
  }

  public List<ApiError.Detail> details() {
    return details;
  }

  public Map<String, String> headers() {
    return headers;
  }
}
