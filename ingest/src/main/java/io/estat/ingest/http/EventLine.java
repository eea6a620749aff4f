package io.estat.ingest.http;

import io.estat.ingest.batch.RequestLines;
import io.estat.jsonl.JsonText;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one JSON line: everything of a request from the comma behind {@code ts} to the
 * newline. What all lines of a request share is encoded once by {@link #begin}; then one body after
 * the other. Owned by one event loop and used for one request after the other; its buffers grow to
 * the longest line and stay.
 *
 * <pre>
 * {"ts":1700000000,"ip":"..","user_agent":"..","cookie":"..","query":"..","headers":{..},"body":".."}
 * </pre>
 */
public final class EventLine implements RequestLines {
  private static final byte[] IP = field("ip");
  private static final byte[] USER_AGENT = field("user_agent");
  private static final byte[] COOKIE = field("cookie");
  private static final byte[] QUERY = field("query");
  private static final byte[] BODY = field("body");
  private static final byte[] BODY_BASE64 = field("body_base64");
  private static final byte[] HEADERS = ascii(",\"headers\":{");
  private static final byte[] LATIN1 = ascii(",\"latin1\":true");
  private static final byte[] END = ascii("}\n");

  /** Field names, quotes and punctuation around the values; header names come on top. */
  private static final int FRAME_BYTES = 256;

  private final LineConfig config;
  private final byte[][] headerNames;
  private final int[] headerFields;
  private final int addressField;

  private byte[] line = new byte[4096];
  private byte[] raw = new byte[4096];
  private int sharedLength;
  private boolean latin1;
  private byte[] bodies = new byte[4096];
  private int bodiesLength;
  private boolean manyLines;
  private int count;
  private int nextBodyStart;

  /**
   * @param post whose requests {@link #begin(InetAddress, byte[], PlainPost)} will get
   */
  EventLine(LineConfig config, PlainPost post) {
    this.config = config;
    String addressHeader = config.clientAddress().header();
    this.addressField = addressHeader == null ? -1 : post.indexOf(addressHeader);
    this.headerFields = config.headers().stream().mapToInt(post::indexOf).toArray();
    this.headerNames = new byte[config.headers().size()][];
    for (int i = 0; i < headerNames.length; i++) {
      headerNames[i] = ascii("\"" + config.headers().get(i) + "\":\"");
    }
  }

  /**
   * The longest line that one event can make: every byte of body, head and address escaped.
   *
   * @param maxBodyBytes bound of a body
   */
  public static long worstLineBytes(int maxBodyBytes, LineConfig config) {
    long raw = (long) maxBodyBytes + 3L * RequestDecoder.MAX_HEAD_BYTES + 64;
    return raw * JsonText.MAX_ESCAPED_BYTES_PER_BYTE + (4L + config.headers().size()) * FRAME_BYTES;
  }

  private static byte[] field(String name) {
    return ascii(",\"" + name + "\":\"");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Encodes what all lines of the request share.
   *
   * @param query the raw query to be kept beside a body, or null
   */
  void begin(InetAddress peer, HttpHeaders headers, @Nullable String query) {
    latin1 = false;
    sharedLength = shared(peer, headers, query);
    if (latin1) { // one mark a line: a reader must know how every value is to be read
      sharedLength = shared(peer, headers, query);
    }
  }

  /** What a line says of a client that says nothing of itself, or null. */
  byte @Nullable [] addressOf(InetAddress peer) {
    return addressOf(peer, List.of());
  }

  private byte @Nullable [] addressOf(InetAddress peer, List<String> claims) {
    String address = config.clientAddress().of(peer, claims);
    return address == null ? null : ascii(address);
  }

  /** As {@link #begin(InetAddress, HttpHeaders, String)}, straight from the bytes. */
  void begin(InetAddress peer, byte @Nullable [] peerText, PlainPost post) {
    String claimed = addressField < 0 ? null : post.text(addressField);
    byte[] ip = claimed == null ? peerText : addressOf(peer, List.of(claimed));
    latin1 = false;
    sharedLength = shared(ip, post);
    if (latin1) {
      sharedLength = shared(ip, post);
    }
  }

  private int shared(byte @Nullable [] ip, PlainPost post) {
    int at = ip == null ? 0 : value(IP, ip, 0, ip.length, 0);
    at = value(USER_AGENT, post, PlainPost.USER_AGENT, at);
    if (config.cookie()) {
      at = value(COOKIE, post, PlainPost.COOKIE, at);
    }
    if (post.queryEnd() > post.queryStart()) {
      at = value(QUERY, post.bytes(), post.queryStart(), post.queryEnd(), at);
    }
    int start = at;
    for (int i = 0; i < headerNames.length; i++) {
      if (post.has(headerFields[i])) {
        at = value(headerNames[i], post, headerFields[i], beforeHeader(start, at));
      }
    }
    return afterHeaders(start, at);
  }

  private int value(byte[] field, PlainPost post, int of, int at) {
    return post.has(of) ? value(field, post.bytes(), post.start(of), post.end(of), at) : at;
  }

  private int shared(InetAddress peer, HttpHeaders headers, @Nullable String query) {
    int at = 0;
    String ip = config.clientAddress().of(peer, headers);
    if (ip != null) {
      at = value(IP, ip, at);
    }
    at = joined(USER_AGENT, headers.getAll("user-agent"), ", ", at);
    if (config.cookie()) {
      at = joined(COOKIE, headers.getAll("cookie"), "; ", at);
    }
    if (query != null && !query.isEmpty()) {
      at = value(QUERY, query, at);
    }
    if (headerNames.length > 0) {
      at = selectedHeaders(headers, at);
    }
    return at;
  }

  private int selectedHeaders(HttpHeaders headers, int at) {
    int start = at;
    for (int i = 0; i < headerNames.length; i++) {
      List<String> values = headers.getAll(config.headers().get(i));
      if (!values.isEmpty()) {
        at = joined(headerNames[i], values, ", ", beforeHeader(start, at));
      }
    }
    return afterHeaders(start, at);
  }

  private int beforeHeader(int start, int at) {
    room(at, HEADERS.length);
    return at == start ? put(HEADERS, at) : put(',', at);
  }

  private int afterHeaders(int start, int at) {
    if (at == start) {
      return at;
    }
    room(at, 1);
    return put('}', at);
  }

  private int joined(byte[] field, List<String> values, String separator, int at) {
    return switch (values.size()) {
      case 0 -> at;
      case 1 -> value(field, values.getFirst(), at);
      default -> value(field, String.join(separator, values), at);
    };
  }

  /** The decoder gives header bytes as the characters U+0000-U+00FF; here they are bytes again. */
  @SuppressWarnings("deprecation") // exactly the low bytes are wanted, without an encoder
  private int value(byte[] field, String text, int at) {
    int length = text.length();
    if (raw.length < length) {
      raw = new byte[length];
    }
    text.getBytes(0, length, raw, 0);
    return value(field, raw, 0, length, at);
  }

  private int value(byte[] field, byte[] from, int begin, int limit, int at) {
    int length = limit - begin;
    room(at, field.length + length * JsonText.MAX_ESCAPED_BYTES_PER_BYTE + FRAME_BYTES);
    int start = put(field, at);
    int end = latin1 ? -1 : JsonText.escapeUtf8(from, begin, limit, line, start);
    if (end < 0) {
      latin1 = true;
      end = JsonText.escapeLatin1(from, begin, limit, line, start);
    }
    return put('"', end);
  }

  /** The request is one event with these bytes. */
  void one(ByteBuf buffer, int index, int length) {
    copyBodies(buffer, index, length);
    manyLines = false;
    count = 1;
  }

  /** The request is one event with these characters U+0000-U+00FF as bytes. */
  @SuppressWarnings("deprecation") // as above
  void one(String body) {
    bodiesLength = body.length();
    roomForBodies();
    body.getBytes(0, bodiesLength, bodies, 0);
    manyLines = false;
    count = 1;
  }

  /** Each non-empty line is an event; a carriage return before the newline is not part of it. */
  void many(ByteBuf buffer, int index, int length) {
    copyBodies(buffer, index, length);
    manyLines = true;
    count = 0;
    for (int start = 0; start < bodiesLength; start = newline(start) + 1) {
      if (lineEnd(start) > start) {
        count++;
      }
    }
  }

  private void copyBodies(ByteBuf from, int index, int length) {
    bodiesLength = length;
    roomForBodies();
    from.getBytes(index, bodies, 0, bodiesLength);
  }

  private void roomForBodies() {
    if (bodies.length < bodiesLength) {
      bodies = new byte[bodiesLength];
    }
  }

  private int newline(int from) {
    int at = from;
    while (at < bodiesLength && bodies[at] != '\n') {
      at++;
    }
    return at;
  }

  private int lineEnd(int start) {
    int end = newline(start);
    return end > start && bodies[end - 1] == '\r' ? end - 1 : end;
  }

  @Override
  public int events() {
    return count;
  }

  @Override
  public long maxBytes() {
    return (long) count * (sharedLength + FRAME_BYTES)
        + (long) bodiesLength * JsonText.MAX_ESCAPED_BYTES_PER_BYTE;
  }

  @Override
  public int encode(int index) {
    if (!manyLines) {
      return encode(0, bodiesLength);
    }
    int start = index == 0 ? 0 : nextBodyStart;
    while (lineEnd(start) == start) {
      start = newline(start) + 1;
    }
    nextBodyStart = newline(start) + 1;
    return encode(start, lineEnd(start));
  }

  private int encode(int from, int to) {
    room(sharedLength, (to - from) * JsonText.MAX_ESCAPED_BYTES_PER_BYTE + FRAME_BYTES);
    int start = put(BODY, sharedLength);
    int end = JsonText.escapeUtf8(bodies, from, to, line, start);
    if (end < 0) {
      start = put(BODY_BASE64, sharedLength);
      end = JsonText.base64(bodies, from, to, line, start);
    }
    end = put('"', end);
    if (latin1) {
      end = put(LATIN1, end);
    }
    return put(END, end);
  }

  @Override
  public byte[] bytes() {
    return line;
  }

  private void room(int at, int more) {
    if (line.length < at + more) {
      line = Arrays.copyOf(line, Math.max(line.length * 2, at + more));
    }
  }

  private int put(byte[] bytes, int at) {
    System.arraycopy(bytes, 0, line, at, bytes.length);
    return at + bytes.length;
  }

  private int put(char ascii, int at) {
    line[at] = (byte) ascii;
    return at + 1;
  }
}
