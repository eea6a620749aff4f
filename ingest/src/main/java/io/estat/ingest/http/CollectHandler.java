package io.estat.ingest.http;

import io.estat.ingest.http.Answers.After;
import io.estat.ingest.http.Answers.Kind;
import io.estat.ingest.http.Connection.State;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * The requests of one connection: HTTP in, answer out. An event is in the open batch when its 200
 * is written; with {@code ACK=disk} it is also on disk, and until then its answer waits in {@link
 * HeldAnswers}. Requests are answered in their order, all others in the turn of the event loop in
 * which they became complete; answers of one turn leave in one write. Runs on its event loop only.
 */
final class CollectHandler extends ChannelInboundHandlerAdapter {
  private final HttpServer server;
  private final Loop loop;
  private final Connection connection;
  private final EventRequest event;
  private final PageRequests pages;
  private final boolean collects;

  // Of the request in work.
  private After after = After.KEEP;
  private int origin = -1;

  /**
   * @param pages what this port shows
   * @param collects whether events are taken on this port
   */
  CollectHandler(HttpServer server, Loop loop, Channel channel, Pages pages, boolean collects) {
    this.server = server;
    this.loop = loop;
    this.connection = new Connection(channel, server.timeouts(), loop.held, server.heldBack());
    this.event = new EventRequest(server, loop.line, loop.held);
    this.pages = new PageRequests(pages, connection);
    this.collects = collects;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    loop.opened(this);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (context.channel().remoteAddress() instanceof InetSocketAddress address) {
      event.from(address.getAddress());
    }
    context.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest request && connection.state() == State.HEAD) {
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
    after = After.CLOSE;
    origin = server.cors().indexOf(request.headers().get("origin"));
    if (request.decoderResult().isFailure()) {
      bad(RequestHead.broken(request.decoderResult()));
      return;
    }
    String uri = RequestHead.withoutAuthority(request.uri());
    int mark = uri.indexOf('?');
    String path = mark < 0 ? uri : uri.substring(0, mark);
    boolean pixel = path.equals("/collect.gif");
    boolean collecting = collects && (pixel || path.equals("/collect"));
    boolean counts = collecting && RequestHead.isPostOrGet(request.method());
    if (!RequestHead.isProper(request)) {
      if (counts) {
        decide(Verdict.BAD_REQUEST);
      } else {
        bad(Kind.BAD_REQUEST);
      }
      return;
    }
    after =
        RequestHead.mayNotReadItsBody(request)
            ? After.CLOSE
            : RequestHead.after(request, server.isDraining());
    if (counts) {
      event.begin(request.headers(), mark < 0 ? null : uri.substring(mark + 1));
      collect(request, pixel);
    } else if (collecting) {
      noEvent(request.method(), pixel);
    } else {
      page(request.method(), path);
    }
  }

  private void collect(HttpRequest request, boolean pixel) {
    if (!event.isPermitted()) {
      decide(Verdict.UNAUTHORIZED);
    } else if (request.method().equals(HttpMethod.GET)) {
      decide(event.get(pixel ? Verdict.ACCEPTED_PIXEL : Verdict.ACCEPTED));
    } else if (pixel) {
      decide(Verdict.POST_FOR_PIXEL);
    } else {
      post(request);
    }
  }

  private void post(HttpRequest request) {
    Verdict refusal = event.post(request);
    if (refusal != null) {
      decide(refusal);
      return;
    }
    if (event.isHeldBack() && RequestHead.isHttp11(request)) {
      connection.writeInterim(Answers.goOn()); // RFC 9110, 10.1.1: older clients know no 100
    }
    after = RequestHead.after(request, server.isDraining());
    connection.bodyBegins();
  }

  /** Reads and answers what of these bytes are usual requests; the rest is left. */
  void plain(ByteBuf in) {
    while (connection.state() == State.HEAD
        && !connection.isPaused()
        && loop.post.read(in, server.maxBodyBytes())) {
      connection.requestBegins();
      after = After.KEEP;
      origin =
          server.cors().isOpen() ? -1 : server.cors().indexOf(loop.post.text(PlainPost.ORIGIN));
      decide(event.plain(loop.post, in));
      event.forget();
      connection.requestEnds();
    }
  }

  private void content(HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    connection.bodyBytesCame(content.content().readableBytes());
    switch (connection.state()) {
      case BODY -> body(content, last);
      case REST -> connection.drop(content, last);
      case HEAD, LINGER -> {} // after a broken head or the last answer nothing is of interest
    }
    if (last) {
      event.forget();
      connection.requestEnds();
    }
  }

  private void body(HttpContent content, boolean last) {
    if (content.decoderResult().isFailure()) {
      after = After.CLOSE;
      decide(Verdict.BAD_BODY);
      return;
    }
    Verdict verdict = event.body(content.content(), last);
    if (verdict != null) {
      decide(verdict);
    }
  }

  private void page(HttpMethod method, String path) {
    Kind refusal = pages.answer(method, path, after);
    if (refusal != null) {
      answer(refusal);
    }
  }

  private void noEvent(HttpMethod method, boolean pixel) {
    if (method.equals(HttpMethod.OPTIONS)) {
      answer(Kind.NO_CONTENT);
    } else {
      answer(pixel ? Kind.GIF_METHODS : Kind.COLLECT_METHODS);
    }
  }

  private void decide(Verdict verdict) {
    if (event.isOnItsWayToDisk()) {
      leaveToDisk(verdict);
    } else {
      loop.counters.count(verdict);
      answer(verdict.answer());
    }
  }

  private void leaveToDisk(Verdict ifKept) {
    closeIfDraining();
    event.dropBody();
    connection.writeWhenOnDisk(ifKept, after, origin);
  }

  /** A head that nobody can or may read: nobody knows what it asked for. */
  private void bad(Kind kind) {
    loop.counters.badRequest();
    answer(kind);
  }

  private void answer(Kind kind) {
    closeIfDraining();
    event.dropBody();
    connection.write(loop.answers.of(kind, after, origin), after);
  }

  /** The signal may have come after this request's head. */
  private void closeIfDraining() {
    if (server.isDraining()) {
      after = After.CLOSE;
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    pages.turnEnds();
    connection.flush();
  }

  /** The client sends nothing more, but may wait for its answers. */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ignoreTheRest();
      connection.inputEnded();
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    loop.closed(this);
    ignoreTheRest();
    context.fireChannelInactive();
  }

  /** Nobody could be told any more what became of it. */
  private void ignoreTheRest() {
    if (connection.state() == State.BODY) {
      loop.counters.abort();
    }
    connection.ignoreTheRest();
    event.dropBody();
  }

  /** A reset, or a failed TLS handshake: the client's affair, and counted when it was mid-body. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException) && !(cause instanceof DecoderException)) {
      server.unexpected(cause);
      ignoreTheRest(); // also a body of which a part may be missing now
    }
    context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  Connection connection() {
    return connection;
  }

  void cutOffIfLate(long nanos) {
    switch (connection.late(nanos)) {
      case NO -> {}
      case CLOSE -> connection.closeNow();
      case REQUEST -> giveUp(Verdict.TOO_SLOW);
    }
  }

  /** Too much is held of requests that are not answered yet: this one is given up. */
  void noRoomForRequest() {
    giveUp(Verdict.NO_ROOM);
    connection.flush();
  }

  private void giveUp(Verdict verdict) {
    after = After.CLOSE;
    if (connection.state() == State.BODY) {
      decide(verdict);
    } else if (connection.state() == State.HEAD) {
      bad(verdict.answer());
    }
  }
}
