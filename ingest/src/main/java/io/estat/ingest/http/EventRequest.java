package io.estat.ingest.http;

import io.estat.ingest.batch.AckWaiter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The events of the request in work on one connection: from its query or its whole body, within the
 * limits, into the open batch. One for all requests of a connection, so that an event costs no
 * object. Runs on its event loop only.
 */
final class EventRequest {
  private static final byte[] NDJSON = RequestHead.NDJSON.getBytes(StandardCharsets.US_ASCII);

  private final HttpServer server;
  private final EventLine line;
  private final AckWaiter waiter;
  private final RequestBody parts;

  private @Nullable InetAddress peer;
  private byte @Nullable [] peerText;
  private @Nullable HttpHeaders headers;
  private @Nullable String query;
  private boolean gzip;
  private boolean heldBack;
  private boolean onItsWayToDisk;

  EventRequest(HttpServer server, EventLine line, AckWaiter waiter) {
    this.server = server;
    this.line = line;
    this.waiter = waiter;
    this.parts = new RequestBody(server.budget(), ByteBufAllocator.DEFAULT);
  }

  void from(InetAddress client) {
    peer = client;
    peerText = line.addressOf(client);
  }

  /**
   * @param rawQuery what stands behind the question mark, or null if there is none
   */
  void begin(HttpHeaders itsHeaders, @Nullable String rawQuery) {
    headers = itsHeaders;
    query = rawQuery;
  }

  boolean isPermitted() {
    return server
        .writeKeys()
        .permit(headers().get("x-write-key"), headers().get("authorization"), query);
  }

  /** The query is the event. */
  Verdict get(Verdict success) {
    if (query == null || query.isEmpty()) {
      return Verdict.NO_QUERY;
    }
    line.begin(peer(), headers(), null);
    line.one(query);
    return accept(success);
  }

  /** Looks at the head of a POST; null if its body may come. */
  @Nullable Verdict post(HttpRequest request) {
    String coding = headers().get("content-encoding", "identity");
    gzip = coding.equalsIgnoreCase("gzip") || coding.equalsIgnoreCase("x-gzip");
    String expect = headers().get("expect");
    heldBack = "100-continue".equalsIgnoreCase(expect);
    if (!gzip && !coding.equalsIgnoreCase("identity")) {
      return Verdict.CODING;
    }
    if (expect != null && !heldBack) {
      return Verdict.EXPECTATION;
    }
    return HttpUtil.getContentLength(request, 0L) > bodyLimit() ? Verdict.TOO_LARGE : null;
  }

  /** Whether the client waits to be asked for its body. */
  boolean isHeldBack() {
    return heldBack;
  }

  private int bodyLimit() {
    return gzip ? Gunzip.packedLimit(server.maxBodyBytes()) : server.maxBodyBytes();
  }

  /** Takes a part of the body; null as long as more may come. */
  @Nullable Verdict body(ByteBuf part, boolean last) {
    if (parts.length() + part.readableBytes() > bodyLimit()) {
      return Verdict.TOO_LARGE;
    }
    if (last && parts.length() == 0) {
      return whole(part); // the usual case: the body came in one piece and is not kept
    }
    if (part.isReadable() && !parts.add(part)) {
      return Verdict.NO_ROOM;
    }
    return last ? whole(parts.whole()) : null;
  }

  private Verdict whole(ByteBuf body) {
    if (!gzip) {
      return collect(body);
    }
    try {
      ByteBuf unpacked = Gunzip.unpack(body, server.maxBodyBytes());
      return unpacked == null ? Verdict.TOO_LARGE : collect(unpacked);
    } catch (IOException e) {
      return Verdict.BAD_BODY;
    }
  }

  private Verdict collect(ByteBuf body) {
    line.begin(peer(), headers(), query);
    if (RequestHead.isNdjson(headers().get("content-type"))) {
      line.many(body, body.readerIndex(), body.readableBytes());
    } else {
      line.one(body, body.readerIndex(), body.readableBytes());
    }
    // Of only empty lines there is nothing that could find no room.
    return line.events() == 0 ? Verdict.ACCEPTED : accept(Verdict.ACCEPTED);
  }

  /** A usual request, read whole: what the steps above do one by one. */
  Verdict plain(PlainPost post, ByteBuf in) {
    if (!server.writeKeys().areNone()
        && !server.writeKeys().permit(post.writeKey(), post.authorization(), post.query())) {
      return Verdict.UNAUTHORIZED;
    }
    line.begin(peer(), peerText, post);
    if (post.startsWith(PlainPost.CONTENT_TYPE, NDJSON)
        && RequestHead.isNdjson(post.text(PlainPost.CONTENT_TYPE))) {
      line.many(in, post.bodyIndex(), post.bodyLength());
    } else {
      line.one(in, post.bodyIndex(), post.bodyLength());
    }
    return line.events() == 0 ? Verdict.ACCEPTED : accept(Verdict.ACCEPTED);
  }

  private Verdict accept(Verdict success) {
    return switch (server.openBatch().accept(line, waiter)) {
      case ACCEPTED -> success;
      case APPENDED -> {
        onItsWayToDisk = true;
        yield success;
      }
      case NOT_TO_DISK -> Verdict.NOT_TO_DISK;
      case NO_ROOM -> Verdict.NO_ROOM;
      case NEVER_FITS -> Verdict.NEVER_FITS;
      case CLOSED -> Verdict.CLOSING;
    };
  }

  /** Whether the verdict holds only if the disk takes the events. */
  boolean isOnItsWayToDisk() {
    return onItsWayToDisk;
  }

  /** It is decided: its body is needed no more. */
  void dropBody() {
    parts.clear();
  }

  /** Thousands of connections may idle: none of them keeps the headers of its last request. */
  void forget() {
    headers = null;
    query = null;
    onItsWayToDisk = false;
  }

  private HttpHeaders headers() {
    return Objects.requireNonNull(headers);
  }

  private InetAddress peer() {
    return Objects.requireNonNull(peer);
  }
}
