package io.estat.etl.server.error;

/** Every kind of refusal of the API, with its HTTP status. */
public enum ErrorCode {
  VALIDATION_ERROR(400, "A field is missing, unknown, of another type or out of range."),
  INVALID_REQUEST(400, "The request itself cannot be read."),
  AUTHENTICATION_ERROR(401, "The caller did not say, or not prove, who it is."),
  FORBIDDEN(403, "The caller may not do this."),
  TRANSPORT_NOT_FOUND(404, "There is no such transport."),
  JOB_NOT_FOUND(404, "There is no such job."),
  TABLE_NOT_FOUND(404, "There is no such table, or the database's user may not see it."),
  NOT_FOUND(404, "There is nothing under this path."),
  METHOD_NOT_ALLOWED(405, "The path has no such method."),
  TRANSPORT_NOT_EXECUTABLE(409, "The transport is disabled, or a job of it is not ended."),
  JOB_NOT_CANCELLABLE(409, "The job is ended."),
  CONFLICT(409, "It cannot be changed now, or the idempotency key belongs to another request."),
  PRECONDITION_FAILED(412, "Somebody else changed it meanwhile."),
  PAYLOAD_TOO_LARGE(413, "The body is larger than 1 MB."),
  UNSUPPORTED_MEDIA_TYPE(415, "The body is not of a type that is read here."),
  RATE_LIMIT_EXCEEDED(429, "Too many requests of this caller."),
  INTERNAL_ERROR(500, "A fault of the server; its log tells more under the trace id."),
  GCS_UPLOAD_ERROR(502, "The object store refuses."),
  ORACLE_CONNECTION_ERROR(503, "The source database cannot be reached."),
  UNAVAILABLE(503, "The server cannot do this now.");

  private final int status;
  private final String meaning;

  ErrorCode(int status, String meaning) {
    this.status = status;
    this.meaning = meaning;
  }

  public int status() {
    return status;
  }

  public String meaning() {
    return meaning;
  }

  /** For a status that the container or the framework chose. */
  public static ErrorCode ofStatus(int status) {
    return switch (status) {
      case 401 -> AUTHENTICATION_ERROR;
      case 403 -> FORBIDDEN;
      case 404 -> NOT_FOUND;
      case 405 -> METHOD_NOT_ALLOWED;
      case 413 -> PAYLOAD_TOO_LARGE;
      case 415 -> UNSUPPORTED_MEDIA_TYPE;
      case 503 -> UNAVAILABLE;
      // The request asked for something of HTTP that is not there: 501, 505.
      default -> status == 500 || status == 502 || status == 504 ? INTERNAL_ERROR : INVALID_REQUEST;
    };
  }
}
