package io.estat.ingest.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The bytes of whole answers, built once and written again and again. Owned by one event loop.
 * There are few different ones: a status, an origin of the CORS list, and whether the connection
 * stays.
 */
final class Answers {
  /** Fixed answers of /collect and around it. */
  enum Kind {
    OK("200 OK", "", "", true),
    NO_CONTENT("204 No Content", "", "", true),
    GIF("200 OK", "Content-Type: image/gif\r\nCache-Control: no-store\r\n", PIXEL, true),
    NO_QUERY("400 Bad Request", "", "a GET needs a query string: it is the event\n", true),
    BAD_BODY("400 Bad Request", "", "the body is not what its headers say\n", true),
    BAD_REQUEST("400 Bad Request", "", "this is not HTTP as it should be\n", true),
    UNAUTHORIZED(
        "401 Unauthorized",
        "WWW-Authenticate: Bearer\r\n",
        "show a write key in X-Write-Key, Authorization: Bearer, or ?key=\n",
        true),
    NOT_FOUND("404 Not Found", "", "", false),
    COLLECT_METHODS("405 Method Not Allowed", "Allow: GET, POST, OPTIONS\r\n", "", true),
    GIF_METHODS("405 Method Not Allowed", "Allow: GET, OPTIONS\r\n", "", true),
    READ_METHODS("405 Method Not Allowed", "Allow: GET, HEAD\r\n", "", false),
    TIMEOUT("408 Request Timeout", "", "the request took too long to arrive\n", true),
    TOO_LARGE("413 Content Too Large", "", "the body is over MAX_BODY_SIZE\n", true),
    NEVER_FITS(
        "413 Content Too Large",
        "",
        "these events are more than the server ever holds at once; send fewer in one request\n",
        true),
    URI_TOO_LONG("414 URI Too Long", "", "the request line is over 32768 bytes\n", true),
    CODING("415 Unsupported Media Type", "Accept-Encoding: gzip\r\n", "only gzip is known\n", true),
    EXPECTATION("417 Expectation Failed", "", "only 100-continue can be expected\n", true),
    HEADERS_TOO_LARGE(
        "431 Request Header Fields Too Large", "", "the headers are over 32768 bytes\n", true),
    NOT_TO_DISK(
        "503 Service Unavailable",
        "Retry-After: 1\r\n",
        "the disk takes nothing; try again\n",
        true),
    NO_ROOM("503 Service Unavailable", "Retry-After: 1\r\n", "no room; try again\n", true),
    CLOSING("503 Service Unavailable", "Retry-After: 1\r\n", "shutting down; try again\n", true);

    private final String status;
    private final String headers;
    private final String body;
    private final boolean cors;

    Kind(String status, String headers, String body, boolean cors) {
      this.status = status;
      this.headers = headers;
      this.body = body;
      this.cors = cors;
    }
  }

  /** A transparent GIF89a of one pixel, 43 bytes, as characters U+0000-U+00FF. */
  private static final String PIXEL =
      "GIF89a\1\0\1\0\200\0\0\0\0\0\377\377\377!\371\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;";

  private static final String CLOSE = "Connection: close\r\n";

  private static final ByteBuf CONTINUE = fixed("HTTP/1.1 100 Continue\r\n\r\n");

  /** HTTP/1.0 clients that asked to keep the connection want to hear that they may. */
  private static final String KEEP_ALIVE_10 = "Connection: keep-alive\r\n";

  /** What happens to the connection after an answer. */
  enum After {
    KEEP(""),
    KEEP_10(KEEP_ALIVE_10),
    CLOSE(Answers.CLOSE);

    private final String header;

    After(String header) {
      this.header = header;
    }
  }

  private record Key(Kind kind, After after, int origin) {}

  private final Cors cors;
  private final FixedAnswer ok;
  private final Map<Key, FixedAnswer> built = new HashMap<>();

  Answers(Cors cors) {
    this.cors = cors;
    this.ok = build(new Key(Kind.OK, After.KEEP, -1));
  }

  /**
   * A buffer to write.
   *
   * @param origin what {@link Cors#indexOf} gave for the request
   */
  ByteBuf of(Kind kind, After after, int origin) {
    if (kind == Kind.OK && after == After.KEEP && origin < 0) {
      return ok.buffer();
    }
    return built.computeIfAbsent(new Key(kind, after, origin), this::build).buffer();
  }

  private FixedAnswer build(Key key) {
    Kind kind = key.kind;
    String corsHeaders = "";
    if (kind.cors) {
      corsHeaders =
          kind == Kind.NO_CONTENT ? cors.preflightHeaders(key.origin) : cors.headers(key.origin);
    }
    boolean text = !kind.body.isEmpty() && kind != Kind.GIF;
    String type = text ? "Content-Type: text/plain; charset=utf-8\r\n" : "";
    String length = kind == Kind.NO_CONTENT ? "" : "Content-Length: " + kind.body.length() + "\r\n";
    return new FixedAnswer(
        "HTTP/1.1 "
            + kind.status
            + "\r\n"
            + kind.headers
            + corsHeaders
            + type
            + length
            + key.after.header
            + "\r\n"
            + kind.body);
  }

  /** What a client that holds its body back waits for; the answer comes later. */
  static ByteBuf goOn() {
    return CONTINUE.duplicate();
  }

  /**
   * A buffer that is never released: it lives as long as somebody refers to it. Its memory is the
   * JDK's, which takes it back then.
   */
  static ByteBuf fixed(String latin1) {
    byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer memory = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(memory).asReadOnly());
  }

  /**
   * An answer that is made for this one request.
   *
   * @param head whether only the head is sent, as for HEAD
   */
  static ByteBuf text(String status, String contentType, byte[] body, After after, boolean head) {
    byte[] top =
        ("HTTP/1.1 "
                + status
                + "\r\nContent-Type: "
                + contentType
                + "\r\nCache-Control: no-store\r\nContent-Length: "
                + body.length
                + "\r\n"
                + after.header
                + "\r\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    return head ? Unpooled.wrappedBuffer(top) : Unpooled.wrappedBuffer(top, body);
  }
}
