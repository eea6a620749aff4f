package io.estat.ingest.http;

import java.io.IOException;

/**
 * One kind of bad (or merely odd) input and what the server makes of it: a row of
 * docs/bad-input.md.
 *
 * @param status of the answer, or "none"
 */
record BadInput(
    String name, String status, End end, Counted counted, ServerPlan plan, Attack attack) {

  /** Sends it; all answers but the last are read there, too. */
  @FunctionalInterface
  interface Attack {
    void run(RawClient client) throws IOException;
  }

  /** What happens to its connection. */
  enum End {
    STAYS("stays"),
    CLOSED("closed after the answer"),
    GONE("the client is gone");

    private final String words;

    End(String words) {
      this.words = words;
    }
  }

  /** Which counter shows it, beside http_requests_total. */
  enum Counted {
    ACCEPTED("accepted"),
    BODY_TOO_LARGE("rejected_body_too_large"),
    BAD_REQUEST("rejected_bad_request"),
    ABORTED("rejected_aborted"),
    /** Alone: nobody knows what such a head asked for. */
    BAD_HEAD("http_bad_requests_total only");

    private final String words;

    Counted(String words) {
      this.words = words;
    }
  }

  static BadInput of(String name, String status, End end, Counted counted, String bytes) {
    return of(name, status, end, counted, client -> client.send(bytes));
  }

  static BadInput of(String name, String status, End end, Counted counted, Attack attack) {
    return new BadInput(name, status, end, counted, new ServerPlan(), attack);
  }

  BadInput with(ServerPlan other) {
    return new BadInput(name, status, end, counted, other, attack);
  }

  /** The row of the table. */
  String row() {
    return "| " + name + " | " + status + " | " + end.words + " | " + counted.words + " |";
  }

  @Override
  public String toString() {
    return name;
  }
}
