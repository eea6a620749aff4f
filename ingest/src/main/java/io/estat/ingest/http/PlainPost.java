package io.estat.ingest.http;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the usual request, a whole {@code POST /collect} as browsers send it, straight from the
 * bytes that came: no object a request or a header. It takes only what every reader of RFC 9112
 * reads alike, and leaves all else, errors too, untouched to {@link RequestDecoder}; what it takes
 * has the same effect there. Owned by one event loop, used for one request after the other.
 */
final class PlainPost {
  /** Longer heads are not usual. */
  private static final int MAX_HEAD_BYTES = 8192;

  private static final int MAX_FIELDS = 64;
  private static final int MAX_LENGTH_DIGITS = 7;

  // What a field means to the reader; what somebody asked to keep comes behind.
  static final int HOST = 0;
  static final int CONTENT_LENGTH = 1;
  static final int CONNECTION = 2;
  static final int CONTENT_TYPE = 3;
  static final int ORIGIN = 4;
  static final int USER_AGENT = 5;
  static final int COOKIE = 6;
  private static final int WRITE_KEY = 7;
  private static final int AUTHORIZATION = 8;
  private static final List<String> USUAL =
      List.of(
          "host",
          "content-length",
          "connection",
          "content-type",
          "origin",
          "user-agent",
          "cookie",
          "x-write-key",
          "authorization");

  /** Whoever sends one of these wants more than the usual. */
  private static final List<String> UNUSUAL =
      List.of("transfer-encoding", "content-encoding", "expect");

  private static final byte[] START = ascii("POST /collect");
  private static final byte[] VERSION = ascii(" HTTP/1.1\r\n");
  private static final byte[] KEEP_ALIVE = ascii("keep-alive");
  private static final boolean[] NAME_BYTES = nameBytes();
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Lower-case names by their length, and beside each what it means. */
  private final byte[][][] names;

  private final int[][] meanings;
  private final List<String> known;

  private final byte[] head = new byte[MAX_HEAD_BYTES];
  private final int[] starts;
  private final int[] ends;
  private int queryStart;
  private int queryEnd;
  private int bodyIndex;
  private int bodyLength;

  PlainPost(LineConfig lines) {
    this(
        Stream.concat(lines.headers().stream(), Stream.ofNullable(lines.clientAddress().header()))
            .toList());
  }

  /**
   * @param kept further names, in lower case, whose values somebody wants
   */
  private PlainPost(List<String> kept) {
    var all = new ArrayList<>(USUAL);
    kept.stream().filter(name -> !all.contains(name)).forEach(all::add);
    known = List.copyOf(all);
    starts = new int[known.size()];
    ends = new int[known.size()];
    int longest = 0;
    all.addAll(UNUSUAL);
    for (String name : all) {
      longest = Math.max(longest, name.length());
    }
    names = new byte[longest + 1][0][];
    meanings = new int[longest + 1][0];
    for (int i = 0; i < all.size(); i++) {
      byte[] name = ascii(all.get(i));
      int same = names[name.length].length;
      names[name.length] = Arrays.copyOf(names[name.length], same + 1);
      names[name.length][same] = name;
      meanings[name.length] = Arrays.copyOf(meanings[name.length], same + 1);
      meanings[name.length][same] = i;
    }
  }

  /** What {@link #start} takes for a field, or -1: its values are not remembered. */
  int indexOf(String name) {
    return known.indexOf(name);
  }

  /**
   * Reads one request and moves behind it.
   *
   * @param maxBody longer bodies are left to the decoder
   * @return false: nothing was read, and the decoder takes over
   */
  boolean read(ByteBuf in, int maxBody) {
    int begin = in.readerIndex();
    int length = Math.min(in.readableBytes(), MAX_HEAD_BYTES);
    if (length <= START.length) {
      return false;
    }
    in.getBytes(begin, head, 0, length);
    int at = requestLine(length);
    at = at < 0 ? -1 : fields(at, length);
    if (at < 0 || !has(HOST) || !keepsAlive()) {
      return false;
    }
    int body = contentLength();
    if (body < 0 || body > maxBody || in.readableBytes() - at < body) {
      return false;
    }
    bodyIndex = begin + at;
    bodyLength = body;
    in.readerIndex(bodyIndex + body);
    return true;
  }

  /** Where the fields begin, or -1. */
  private int requestLine(int length) {
    if (!Arrays.equals(head, 0, START.length, START, 0, START.length)) {
      return -1;
    }
    int at = START.length;
    queryStart = -1;
    queryEnd = -1;
    if (head[at] == '?') {
      queryStart = ++at;
      while (at < length && head[at] > ' ' && head[at] != 0x7f) {
        at++;
      }
      queryEnd = at;
    }
    int end = at + VERSION.length;
    return end <= length && Arrays.equals(head, at, end, VERSION, 0, VERSION.length) ? end : -1;
  }

  /** Where the body begins, or -1. */
  private int fields(int from, int length) {
    Arrays.fill(starts, -1);
    int at = from;
    for (int field = 0; field <= MAX_FIELDS; field++) {
      if (at + 1 >= length) {
        return -1;
      }
      if (head[at] == '\r') {
        return head[at + 1] == '\n' ? at + 2 : -1;
      }
      at = field(at, length);
      if (at < 0) {
        return -1;
      }
    }
    return -1;
  }

  /** Where the next field begins, or -1. */
  private int field(int from, int length) {
    int colon = from;
    while (colon < length && head[colon] >= 0 && NAME_BYTES[head[colon]]) {
      colon++;
    }
    if (colon == length || colon == from || head[colon] != ':') {
      return -1;
    }
    int end = valueEnd(colon + 1, length);
    if (end + 1 >= length || head[end] != '\r' || head[end + 1] != '\n') {
      return -1;
    }
    return isUsual(from, colon, end) ? end + 2 : -1;
  }

  /** The first control byte; what RFC 9110 allows in a value, except tabs, has none. */
  private int valueEnd(int from, int length) {
    int at = from;
    while (at + Long.BYTES <= length) {
      long eight = (long) EIGHT.get(head, at);
      long control = (eight - 0x2020202020202020L) & ~eight & 0x8080808080808080L;
      long delete = eight ^ 0x7f7f7f7f7f7f7f7fL;
      control |= (delete - 0x0101010101010101L) & ~delete & 0x8080808080808080L;
      if (control != 0) {
        // A borrow can mark a byte behind the first that is one, never before it.
        return at + (Long.numberOfTrailingZeros(control) >>> 3);
      }
      at += Long.BYTES;
    }
    while (at < length && (head[at] >= ' ' || head[at] < 0) && head[at] != 0x7f) {
      at++;
    }
    return at;
  }

  /** Remembers what the field says, if anybody wants to know; false: the request is unusual. */
  private boolean isUsual(int from, int colon, int end) {
    int length = colon - from;
    if (length >= names.length) {
      return true;
    }
    byte[][] candidates = names[length];
    for (int i = 0; i < candidates.length; i++) {
      if (isName(candidates[i], from)) {
        return remember(meanings[length][i], colon + 1, end);
      }
    }
    return true;
  }

  /** Of a name's bytes only letters change with this bit. */
  private boolean isName(byte[] name, int from) {
    for (int i = 0; i < name.length; i++) {
      if ((head[from + i] | 0x20) != name[i]) {
        return false;
      }
    }
    return true;
  }

  private boolean remember(int meaning, int from, int to) {
    if (meaning >= starts.length || has(meaning)) {
      return false;
    }
    int start = from;
    int end = to;
    while (start < end && head[start] == ' ') {
      start++;
    }
    while (end > start && head[end - 1] == ' ') {
      end--;
    }
    starts[meaning] = start;
    ends[meaning] = end;
    return true;
  }

  private boolean keepsAlive() {
    return !has(CONNECTION)
        || (startsWith(CONNECTION, KEEP_ALIVE)
            && ends[CONNECTION] - starts[CONNECTION] == KEEP_ALIVE.length);
  }

  /** Digits only; -1 for anything else. */
  private int contentLength() {
    int start = starts[CONTENT_LENGTH];
    int digits = ends[CONTENT_LENGTH] - start;
    if (!has(CONTENT_LENGTH) || digits == 0 || digits > MAX_LENGTH_DIGITS) {
      return -1;
    }
    int value = 0;
    for (int i = start; i < start + digits; i++) {
      if (head[i] < '0' || head[i] > '9') {
        return -1;
      }
      value = value * 10 + (head[i] - '0');
    }
    return value;
  }

  /** The bytes that the positions of the values are of; they stay until the next {@link #read}. */
  byte[] bytes() {
    return head;
  }

  /**
   * Whether the field is there and its value begins so.
   *
   * @param lowerCase letters, digits, dashes and slashes
   */
  boolean startsWith(int field, byte[] lowerCase) {
    return has(field)
        && ends[field] - starts[field] >= lowerCase.length
        && isName(lowerCase, starts[field]);
  }

  boolean has(int field) {
    return starts[field] >= 0;
  }

  /** Where the field's value begins, if the request has it. */
  int start(int field) {
    return starts[field];
  }

  int end(int field) {
    return ends[field];
  }

  /** A value as the decoder would give it, each byte a character; null: it was not there. */
  @SuppressWarnings("deprecation") // exactly the bytes as low bytes
  @Nullable String text(int field) {
    return has(field) ? new String(head, 0, starts[field], ends[field] - starts[field]) : null;
  }

  /** What a client shows to be let in; null: it was not there. */
  @Nullable String writeKey() {
    return text(WRITE_KEY);
  }

  @Nullable String authorization() {
    return text(AUTHORIZATION);
  }

  /** The raw query; null: there is no question mark. */
  @SuppressWarnings("deprecation") // as above
  @Nullable String query() {
    return queryStart < 0 ? null : new String(head, 0, queryStart, queryEnd - queryStart);
  }

  int queryStart() {
    return queryStart;
  }

  int queryEnd() {
    return queryEnd;
  }

  /** Where the body begins in the buffer that was read. */
  int bodyIndex() {
    return bodyIndex;
  }

  int bodyLength() {
    return bodyLength;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static boolean[] nameBytes() {
    var allowed = new boolean[128];
    for (char c : "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-".toCharArray()) {
      allowed[c] = true;
    }
    return allowed;
  }
}
