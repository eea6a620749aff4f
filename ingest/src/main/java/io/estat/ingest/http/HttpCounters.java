package io.estat.ingest.http;

import java.util.EnumMap;
import java.util.Map;

/**
 * What one event loop answered on /collect and /collect.gif. The request and its fate are counted
 * together, when the answer is decided, so that at every look
 *
 * <pre>
 * requests = accepted + the sum of all rejected
 * </pre>
 *
 * <p>Written by one event loop, read by any thread.
 */
public final class HttpCounters {
  /** Why a request was not accepted; the names are those of the metrics. */
  public enum Rejected {
    QUEUE_FULL,
    BODY_TOO_LARGE,
    BAD_REQUEST,
    ABORTED,
    UNAVAILABLE,
    UNAUTHORIZED
  }

  /** A consistent look. */
  public record Counts(
      long requests, long accepted, Map<Rejected, Long> rejected, long badRequests) {}

  private final EnumMap<Rejected, Long> rejected = new EnumMap<>(Rejected.class);
  private long requests;
  private long accepted;
  private long badRequests;

  synchronized void count(Verdict verdict) {
    requests++;
    Rejected reason = verdict.rejected();
    if (reason == null) {
      accepted++;
    } else {
      rejected.merge(reason, 1L, Long::sum);
    }
  }

  /** The client went away in the middle of a body: there is nobody to answer. */
  synchronized void abort() {
    requests++;
    rejected.merge(Rejected.ABORTED, 1L, Long::sum);
  }

  /**
   * A head that could not be parsed: outside the identity, since nobody knows what it asked for.
   */
  synchronized void badRequest() {
    badRequests++;
  }

  public synchronized Counts counts() {
    return new Counts(requests, accepted, new EnumMap<>(rejected), badRequests);
  }
}
