package io.estat.ingest.http;

import io.estat.ingest.batch.OpenBatch.Admission;
import io.estat.ingest.http.Answers.After;
import io.estat.ingest.http.Answers.Kind;
import io.estat.ingest.http.HttpCounters.Rejected;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One connection: HTTP in, answer out. An event is in the open batch when its 200 is written.
 * Requests are answered in their order, each in the turn of the event loop in which it became
 * complete; answers of one turn leave in one write. Runs on its event loop only.
 */
final class CollectHandler extends ChannelInboundHandlerAdapter {
  /** After an answer that came before the body's end, so much of the rest is read and dropped. */
  private static final int MAX_DISCARDED_BYTES = 1 << 20;

  /** Pipelined requests for pages that are answered in one turn of the event loop. */
  private static final int MAX_PAGES_A_TURN = 16;

  private static final ByteBuf CONTINUE = Answers.fixed("HTTP/1.1 100 Continue\r\n\r\n");

  /** Whoever connects sends something within this time, also from a busy machine. */
  private static final long FRESH_NANOS = 1_000_000_000L;

  private enum State {
    /** Between requests, or in a head. */
    HEAD,
    /** A POST's body arrives. */
    BODY,
    /** The request is answered; what is left of it is dropped. */
    REST,
    /** The last answer is written; we wait for the client to see it. */
    LINGER
  }

  private final HttpServer server;
  private final Loop loop;
  private final Pages pages;
  private final boolean collects;
  private final RequestBody parts;

  private @Nullable ChannelHandlerContext ctx;
  private @Nullable InetAddress peer;
  private State state = State.HEAD;
  private boolean midRequest;
  private boolean asked;
  private long sinceNanos;
  private long requestBytes;
  private long notWritableSinceNanos;
  private boolean writable = true;

  // The request in work.
  private @Nullable HttpHeaders headers;
  private @Nullable String query;
  private After after = After.KEEP;
  private int origin = -1;
  private boolean gzip;
  private int pagesThisTurn;

  /**
   * @param pages what this port shows
   * @param collects whether events are taken on this port
   */
  CollectHandler(HttpServer server, Loop loop, Pages pages, boolean collects) {
    this.server = server;
    this.loop = loop;
    this.pages = pages;
    this.collects = collects;
    this.parts = new RequestBody(server.budget(), ByteBufAllocator.DEFAULT);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    ctx = context;
    sinceNanos = System.nanoTime();
    loop.opened(this);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (context.channel().remoteAddress() instanceof InetSocketAddress address) {
      peer = address.getAddress();
    }
    context.fireChannelActive();
  }

  /** Its first byte is there. */
  void requestBegins() {
    if (state == State.HEAD) {
      midRequest = true;
      asked = true;
      requestBytes = 0;
      sinceNanos = System.nanoTime();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest request && state == State.HEAD) {
      head(request);
    }
    if (message instanceof HttpContent content) {
      try {
        content(content);
      } finally {
        content.release();
      }
    }
  }

  private void head(HttpRequest request) {
    headers = request.headers();
    after = After.CLOSE;
    origin = server.cors().indexOf(headers.get("origin"));
    if (request.decoderResult().isFailure()) {
      loop.counters.badRequest();
      answer(brokenHead(request.decoderResult()));
      return;
    }
    String uri = withoutAuthority(request.uri());
    int mark = uri.indexOf('?');
    query = mark < 0 ? null : uri.substring(mark + 1);
    String path = mark < 0 ? uri : uri.substring(0, mark);
    HttpMethod method = request.method();
    boolean event = collects && (path.equals("/collect") || path.equals("/collect.gif"));
    boolean counts = event && (method.equals(HttpMethod.POST) || method.equals(HttpMethod.GET));
    if (!isProper(request)) {
      if (counts) {
        reject(Rejected.BAD_REQUEST, Kind.BAD_REQUEST);
      } else {
        loop.counters.badRequest();
        answer(Kind.BAD_REQUEST);
      }
      return;
    }
    after = mayNotReadItsBody(request) ? After.CLOSE : afterwards(request);
    if (!event) {
      other(method, path);
    } else if (method.equals(HttpMethod.OPTIONS)) {
      answer(Kind.NO_CONTENT);
    } else if (!counts) {
      answer(path.equals("/collect") ? Kind.COLLECT_METHODS : Kind.GIF_METHODS);
    } else if (!server.writeKeys().permit(headers, query)) {
      reject(Rejected.UNAUTHORIZED, Kind.UNAUTHORIZED);
    } else if (method.equals(HttpMethod.GET)) {
      get(path.equals("/collect") ? Kind.OK : Kind.GIF);
    } else if (path.equals("/collect")) {
      post(request);
    } else {
      reject(Rejected.BAD_REQUEST, Kind.GIF_METHODS);
    }
  }

  private static Kind brokenHead(DecoderResult result) {
    Throwable cause = result.cause();
    if (cause instanceof TooLongHttpLineException) {
      return Kind.URI_TOO_LONG;
    }
    return cause instanceof TooLongHttpHeaderException ? Kind.HEADERS_TOO_LARGE : Kind.BAD_REQUEST;
  }

  /** What the decoder lets through although RFC 9112 does not. */
  private static boolean isProper(HttpRequest request) {
    boolean http11 = isHttp11(request);
    if (!http11 && !request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
      return false;
    }
    int hosts = request.headers().getAll("host").size();
    if (hosts > 1 || (http11 && hosts == 0)) {
      return false;
    }
    List<String> codings = request.headers().getAll("transfer-encoding");
    return codings.isEmpty()
        || (codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked"));
  }

  private static String withoutAuthority(String uri) {
    if (!uri.regionMatches(true, 0, "http://", 0, 7)
        && !uri.regionMatches(true, 0, "https://", 0, 8)) {
      return uri;
    }
    int end = uri.indexOf("//") + 2;
    while (end < uri.length() && uri.charAt(end) != '/' && uri.charAt(end) != '?') {
      end++;
    }
    return uri.startsWith("/", end) ? uri.substring(end) : "/" + uri.substring(end);
  }

  /**
   * Whether an answer before the body's end must close the connection: because there is too much to
   * read and drop, or because the client holds the body back and may or may not send it after our
   * answer, so that nobody could tell it from the next request.
   */
  private static boolean mayNotReadItsBody(HttpRequest request) {
    long length = HttpUtil.getContentLength(request, 0L);
    boolean held =
        isHttp11(request)
            && request.headers().contains("expect")
            && (length > 0 || HttpUtil.isTransferEncodingChunked(request));
    return held || length > MAX_DISCARDED_BYTES;
  }

  private static boolean isHttp11(HttpRequest request) {
    return request.protocolVersion().equals(HttpVersion.HTTP_1_1);
  }

  private After afterwards(HttpRequest request) {
    if (server.isDraining() || !HttpUtil.isKeepAlive(request)) {
      return After.CLOSE;
    }
    return isHttp11(request) ? After.KEEP : After.KEEP_10;
  }

  private void other(HttpMethod method, String path) {
    if (!pages.has(path)) {
      answer(Kind.NOT_FOUND);
    } else if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
      page(path, method);
    } else {
      answer(Kind.READ_METHODS);
    }
  }

  /**
   * Pages are larger and slower than their requests: who asks for more than it reads would fill the
   * memory, who asks for many at once would keep the loop from everybody else.
   */
  private void page(String path, HttpMethod method) {
    if (!writable) {
      context().flush();
    }
    if (!writable) {
      state = State.LINGER;
      closeNow();
    } else if (pagesThisTurn < MAX_PAGES_A_TURN) {
      pagesThisTurn++;
      write(pages.answer(path, method, after));
    } else {
      after = After.CLOSE;
      lingerAfter(context().writeAndFlush(Unpooled.EMPTY_BUFFER));
    }
  }

  private void get(Kind success) {
    if (query == null || query.isEmpty()) {
      reject(Rejected.BAD_REQUEST, Kind.NO_QUERY);
      return;
    }
    loop.line.begin(peer(), headers(), null);
    loop.line.one(query);
    accept(success);
  }

  private void post(HttpRequest request) {
    String coding = headers().get("content-encoding", "identity");
    gzip = coding.equalsIgnoreCase("gzip") || coding.equalsIgnoreCase("x-gzip");
    String expect = headers().get("expect");
    boolean waits = "100-continue".equalsIgnoreCase(expect);
    boolean known = expect == null || waits;
    if (!gzip && !coding.equalsIgnoreCase("identity")) {
      reject(Rejected.BAD_REQUEST, Kind.CODING);
    } else if (!known) {
      reject(Rejected.BAD_REQUEST, Kind.EXPECTATION);
    } else if (HttpUtil.getContentLength(request, 0L) > bodyLimit()) {
      reject(Rejected.BODY_TOO_LARGE, Kind.TOO_LARGE);
    } else {
      if (waits && isHttp11(request)) { // RFC 9110, 10.1.1: older clients know no 100
        context().writeAndFlush(CONTINUE.duplicate());
      }
      after = afterwards(request);
      state = State.BODY;
    }
  }

  private int bodyLimit() {
    return gzip ? Gunzip.packedLimit(server.maxBodyBytes()) : server.maxBodyBytes();
  }

  private void content(HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    requestBytes += content.content().readableBytes();
    switch (state) {
      case BODY -> body(content, last);
      case REST -> rest(content, last);
      case HEAD, LINGER -> {} // after a broken head or the last answer nothing is of interest
    }
    if (last) {
      forgetRequest();
    }
  }

  /** Thousands of connections may idle: none of them keeps the headers of its last request. */
  private void forgetRequest() {
    headers = null;
    query = null;
    if (state != State.LINGER) {
      state = State.HEAD;
      midRequest = false;
      sinceNanos = System.nanoTime();
    }
  }

  private void body(HttpContent content, boolean last) {
    ByteBuf part = content.content();
    if (content.decoderResult().isFailure()) {
      after = After.CLOSE;
      reject(Rejected.BAD_REQUEST, Kind.BAD_BODY);
    } else if (parts.length() + part.readableBytes() > bodyLimit()) {
      reject(Rejected.BODY_TOO_LARGE, Kind.TOO_LARGE);
    } else if (last && parts.length() == 0) {
      complete(part); // the usual case: the body came in one piece and is not kept
    } else if (part.isReadable() && !parts.add(part)) {
      reject(Rejected.QUEUE_FULL, Kind.NO_ROOM);
    } else if (last) {
      complete(parts.whole());
    }
  }

  private void rest(HttpContent content, boolean last) {
    boolean endless = !last && requestBytes > MAX_DISCARDED_BYTES;
    if (endless || content.decoderResult().isFailure()) {
      // Behind the answers that were written in this turn, which must not be lost with it.
      lingerAfter(context().writeAndFlush(Unpooled.EMPTY_BUFFER));
    }
  }

  private void complete(ByteBuf body) {
    if (!gzip) {
      collect(body);
      return;
    }
    try {
      ByteBuf unpacked = Gunzip.unpack(body, server.maxBodyBytes());
      if (unpacked == null) {
        reject(Rejected.BODY_TOO_LARGE, Kind.TOO_LARGE);
      } else {
        collect(unpacked);
      }
    } catch (IOException e) {
      reject(Rejected.BAD_REQUEST, Kind.BAD_BODY);
    }
  }

  private void collect(ByteBuf body) {
    EventLine line = loop.line;
    line.begin(peer(), headers(), query);
    if (isNdjson(headers().get("content-type"))) {
      line.many(body);
    } else {
      line.one(body);
    }
    if (line.events() > 0) {
      accept(Kind.OK);
    } else { // only empty lines: there is nothing that could find no room
      loop.counters.accept();
      answer(Kind.OK);
    }
  }

  private static boolean isNdjson(@Nullable String contentType) {
    String ndjson = "application/x-ndjson";
    return contentType != null
        && contentType.regionMatches(true, 0, ndjson, 0, ndjson.length())
        && (contentType.length() == ndjson.length()
            || " ;\t".indexOf(contentType.charAt(ndjson.length())) >= 0);
  }

  private void accept(Kind success) {
    Admission admission = server.openBatch().accept(loop.line);
    switch (admission) {
      case ACCEPTED -> {
        loop.counters.accept();
        answer(success);
      }
      case NO_ROOM -> reject(Rejected.QUEUE_FULL, Kind.NO_ROOM);
      case NEVER_FITS -> reject(Rejected.BODY_TOO_LARGE, Kind.NEVER_FITS);
      case CLOSED -> reject(Rejected.UNAVAILABLE, Kind.CLOSING);
    }
  }

  /** Too many heads of unfinished requests are held: this one is given up. */
  void noRoomForHead() {
    after = After.CLOSE;
    if (state == State.BODY) {
      reject(Rejected.QUEUE_FULL, Kind.NO_ROOM);
    } else if (state == State.HEAD) {
      loop.counters.badRequest();
      answer(Kind.NO_ROOM);
    }
    context().flush();
  }

  private void reject(Rejected reason, Kind kind) {
    loop.counters.reject(reason);
    answer(kind);
  }

  private void answer(Kind kind) {
    if (server.isDraining()) {
      after = After.CLOSE; // the signal may have come after this request's head
    }
    write(loop.answers.of(kind, after, origin));
  }

  private void write(ByteBuf answer) {
    parts.clear();
    state = State.REST;
    ChannelFuture written = context().write(answer);
    if (after == After.CLOSE) {
      context().flush();
      lingerAfter(written);
    }
  }

  /**
   * Ends our side and waits for the client to end its own: closing with unread bytes in the socket
   * would reset the connection and could destroy the answer before the client has read it.
   */
  private void lingerAfter(ChannelFuture written) {
    state = State.LINGER;
    sinceNanos = System.nanoTime();
    boolean plain = context().pipeline().get(SslHandler.class) == null;
    if (plain && context().channel() instanceof DuplexChannel channel) {
      written.addListener(done -> channel.shutdownOutput());
    } else {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    pagesThisTurn = 0;
    context.flush();
  }

  /** A client that does not read its answers gets nothing more read from it. */
  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    writable = context.channel().isWritable();
    notWritableSinceNanos = System.nanoTime();
    context.channel().config().setAutoRead(writable);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    loop.closed(this);
    abort();
    context.fireChannelInactive();
  }

  private void abort() {
    if (state == State.BODY) {
      loop.counters.reject(Rejected.ABORTED);
    }
    state = State.LINGER;
    parts.clear();
  }

  /** A reset, or a failed TLS handshake: the client's affair, and counted when it was mid-body. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException) && !(cause instanceof DecoderException)) {
      server.unexpected(cause);
    }
    context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  void cutOffIfLate(long nanos) {
    HttpConfig.Timeouts timeouts = server.timeouts();
    long waited = nanos - sinceNanos;
    if (!writable && nanos - notWritableSinceNanos > timeouts.write().toNanos()) {
      closeNow();
    } else if (state == State.LINGER) {
      if (waited > timeouts.linger().toNanos()) {
        closeNow();
      }
    } else if (!midRequest) {
      if (waited > timeouts.idle().toNanos()) {
        closeNow();
      }
    } else if (waited > timeouts.request().toNanos() + requestBytes / 4096 * 1_000_000_000L) {
      tooSlow();
    }
  }

  private void tooSlow() {
    after = After.CLOSE;
    if (state == State.BODY) {
      reject(Rejected.ABORTED, Kind.TIMEOUT);
    } else if (state == State.HEAD) {
      loop.counters.badRequest();
      answer(Kind.TIMEOUT);
    } else {
      closeNow();
    }
  }

  /** In the middle of a request, or so new that its first request may be on the way. */
  boolean isBusy(long nanos) {
    boolean fresh = !asked && nanos - sinceNanos < FRESH_NANOS;
    return state != State.LINGER && (midRequest || fresh);
  }

  void closeNow() {
    context().close();
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(ctx);
  }

  private HttpHeaders headers() {
    return Objects.requireNonNull(headers);
  }

  private InetAddress peer() {
    return Objects.requireNonNull(peer);
  }
}
