package io.estat.bench;

/**
 * What clients do: how many there are, what they send, and how fast.
 *
 * @param name of the row or the chapter
 * @param connections open at once
 * @param perSecond requests in all, each due at its own fixed moment; 0 to send the next as soon as
 *     the last is answered
 * @param bodyBytes of one event
 * @param eventsPerRequest 1, or the lines of an NDJSON body
 * @param keepAlive whether a connection serves more than one request
 * @param tls whether the requests are encrypted
 */
public record Shape(
    String name,
    int connections,
    int perSecond,
    int bodyBytes,
    int eventsPerRequest,
    boolean keepAlive,
    boolean tls) {

  /** As fast as the server answers 64 browsers that keep their connections. */
  public static final Shape SATURATION = plain("64 keep-alive connections, 200-byte bodies");

  static Shape plain(String name) {
    return new Shape(name, 64, 0, 200, 1, true, false);
  }

  Shape connections(int count) {
    return new Shape(name, count, perSecond, bodyBytes, eventsPerRequest, keepAlive, tls);
  }

  Shape perSecond(int requests) {
    return new Shape(name, connections, requests, bodyBytes, eventsPerRequest, keepAlive, tls);
  }

  Shape bodyBytes(int bytes) {
    return new Shape(name, connections, perSecond, bytes, eventsPerRequest, keepAlive, tls);
  }

  Shape ndjson(int lines) {
    return new Shape(name, connections, perSecond, bodyBytes, lines, keepAlive, tls);
  }

  Shape oneRequestAConnection() {
    return new Shape(name, connections, perSecond, bodyBytes, eventsPerRequest, false, tls);
  }

  Shape encrypted() {
    return new Shape(name, connections, perSecond, bodyBytes, eventsPerRequest, keepAlive, true);
  }
}
