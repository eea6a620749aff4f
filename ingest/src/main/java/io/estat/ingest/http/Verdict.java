package io.estat.ingest.http;

import io.estat.ingest.http.Answers.Kind;
import io.estat.ingest.http.HttpCounters.Rejected;
import org.jspecify.annotations.Nullable;

/** How a request to /collect or /collect.gif is decided: as what it counts, what it is answered. */
enum Verdict {
  ACCEPTED(null, Kind.OK),
  ACCEPTED_PIXEL(null, Kind.GIF),
  BAD_REQUEST(Rejected.BAD_REQUEST, Kind.BAD_REQUEST),
  BAD_BODY(Rejected.BAD_REQUEST, Kind.BAD_BODY),
  NO_QUERY(Rejected.BAD_REQUEST, Kind.NO_QUERY),
  POST_FOR_PIXEL(Rejected.BAD_REQUEST, Kind.GIF_METHODS),
  CODING(Rejected.BAD_REQUEST, Kind.CODING),
  EXPECTATION(Rejected.BAD_REQUEST, Kind.EXPECTATION),
  UNAUTHORIZED(Rejected.UNAUTHORIZED, Kind.UNAUTHORIZED),
  TOO_LARGE(Rejected.BODY_TOO_LARGE, Kind.TOO_LARGE),
  NEVER_FITS(Rejected.BODY_TOO_LARGE, Kind.NEVER_FITS),
  NO_ROOM(Rejected.QUEUE_FULL, Kind.NO_ROOM),
  NOT_TO_DISK(Rejected.UNAVAILABLE, Kind.NOT_TO_DISK),
  CLOSING(Rejected.UNAVAILABLE, Kind.CLOSING),
  TOO_SLOW(Rejected.ABORTED, Kind.TIMEOUT);

  private final @Nullable Rejected rejected;
  private final Kind answer;

  Verdict(@Nullable Rejected rejected, Kind answer) {
    this.rejected = rejected;
    this.answer = answer;
  }

  /** Why it is not accepted, or null if it is. */
  @Nullable Rejected rejected() {
    return rejected;
  }

  Kind answer() {
    return answer;
  }
}
