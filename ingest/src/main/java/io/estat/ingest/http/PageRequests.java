package io.estat.ingest.http;

import io.estat.ingest.http.Answers.After;
import io.estat.ingest.http.Answers.Kind;
import io.netty.handler.codec.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * Answers one connection's requests for pages. Pages are larger and slower than their requests: one
 * at a time waits for its client, and who asks for many at once would keep the loop from everybody
 * else. Runs on its event loop only.
 */
final class PageRequests {
  /** Pipelined requests for pages that are answered in one turn of the event loop. */
  private static final int MAX_A_TURN = 16;

  private final Pages pages;
  private final Connection connection;
  private int thisTurn;

  PageRequests(Pages pages, Connection connection) {
    this.pages = pages;
    this.connection = connection;
  }

  void turnEnds() {
    thisTurn = 0;
  }

  /** Shows a page, or returns how a request for none is answered. */
  @Nullable Kind answer(HttpMethod method, String path, After after) {
    if (!pages.has(path)) {
      return Kind.NOT_FOUND;
    }
    if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
      return Kind.READ_METHODS;
    }
    show(method, path, after);
    return null;
  }

  private void show(HttpMethod method, String path, After after) {
    if (thisTurn < MAX_A_TURN) {
      thisTurn++;
      connection.writePage(pages.answer(path, method, after), after);
    } else {
      connection.endBehindAnswers();
    }
  }
}
