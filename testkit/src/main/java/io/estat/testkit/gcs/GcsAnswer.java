package io.estat.testkit.gcs;

import java.io.IOException;
import java.util.Map;

/**
 * What is answered to a request.
 *
 * @param headers beside those of the body
 * @param json empty for no body
 */
record GcsAnswer(int status, Map<String, String> headers, String json) {
  static GcsAnswer of(int status) {
    return new GcsAnswer(status, Map.of(), "");
  }

  static GcsAnswer json(String json) {
    return new GcsAnswer(200, Map.of(), json);
  }

  /** The answer to a request that is not carried out. */
  static final class Refusal extends IOException {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final String reason;

    Refusal(int status, String reason, String message) {
      super(message);
      this.status = status;
      this.reason = reason;
    }

    GcsAnswer answer() {
      return new GcsAnswer(
          status, Map.of(), GcsJson.error(status, reason, String.valueOf(getMessage())));
    }
  }

  static Refusal notFound(String what) {
    return new Refusal(404, "notFound", what + " does not exist.");
  }

  static Refusal badRequest(String message) {
    return new Refusal(400, "invalid", message);
  }

  static Refusal notImplemented(String what) {
    return new Refusal(501, "notImplemented", "this server does not know " + what);
  }
}
