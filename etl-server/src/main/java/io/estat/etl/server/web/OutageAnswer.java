package io.estat.etl.server.web;

import io.estat.etl.breaker.Outage;
import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.error.ErrorCode;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;

/** Tells a caller when to come back. */
final class OutageAnswer {
  private OutageAnswer() {}

  /** Without the reason, which a driver worded: it stands in the log. */
  static ApiException of(ErrorCode code, Outage outage) {
    long seconds = outage.retryAfterSeconds();
    return new ApiException(
        code,
        "%s has been away since %s and is asked again in %d s; the log tells more"
            .formatted(outage.what(), outage.since(), seconds),
        List.of(),
        Map.of(HttpHeaders.RETRY_AFTER, Long.toString(seconds)));
  }
}
