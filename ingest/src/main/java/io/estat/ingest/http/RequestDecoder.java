package io.estat.ingest.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessageDecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/**
 * Netty's strict decoder, stricter still: the request line is three words with one space between
 * (RFC 9112, 3), and each header line is one field. Folded headers are refused (RFC 9112, 5.2
 * leaves the choice), since proxies differ in how they read them; so is a second Content-Length,
 * which Netty overlooks in HTTP/1.0. It also tells the handler behind it when a request begins, and
 * keeps what has come while the {@link Connection} is paused.
 */
final class RequestDecoder extends HttpRequestDecoder {
  /** Bound of the request line, and of all header lines together. */
  static final int MAX_HEAD_BYTES = 32 * 1024;

  /** Bound of the header fields: each costs the heap many times its bytes on the wire. */
  static final int MAX_HEADER_FIELDS = 100;

  private static final int LINE_END = 2;
  private static final int VERSION_CHARS = 8;

  private final CollectHandler handler;
  private final boolean plain;
  private boolean inRequest;
  private final HeldBytes heldHeads;
  private final HeldBytes heldBack;
  private HeldBytes heldIn;
  private boolean inputEnded;
  private boolean inHead;
  private int headBytes;
  private int heldBytes;

  /**
   * @param heldHeads where heads of unfinished requests count
   * @param heldBack where what has come while the connection was paused counts
   * @param plain whether usual requests are given to {@link CollectHandler#plain}
   */
  RequestDecoder(CollectHandler handler, HeldBytes heldHeads, HeldBytes heldBack, boolean plain) {
    super(
        new HttpDecoderConfig()
            .setHeadersFactory(BoundedHeaders.FACTORY)
            .setMaxInitialLineLength(MAX_HEAD_BYTES)
            .setMaxHeaderSize(MAX_HEAD_BYTES)
            .setMaxChunkSize(64 * 1024));
    this.handler = handler;
    this.plain = plain;
    this.heldHeads = heldHeads;
    this.heldBack = heldBack;
    this.heldIn = heldBack;
  }

  /** Usual requests, whole, between two turns of the decoder, never reach it. */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    if (plain && !inRequest && actualReadableBytes() == 0 && message instanceof ByteBuf in) {
      boolean done = true;
      try {
        handler.plain(in);
        done = !in.isReadable();
      } finally {
        if (done) {
          in.release();
        }
      }
      if (done) {
        return;
      }
    }
    super.channelRead(ctx, message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    if (ctx.channel().config().isAutoRead()) {
      super.channelReadComplete(ctx);
    } else {
      ctx.fireChannelReadComplete(); // Netty's would read on where no message came of the bytes
    }
    hold(ctx);
  }

  /**
   * What is kept beyond the turn in which it came counts as long as it is kept: a head, or what has
   * come while the connection was paused.
   */
  private void hold(ChannelHandlerContext ctx) throws Exception {
    HeldBytes room = inRequest ? heldHeads : heldBack;
    if (room != heldIn) {
      holdNothing();
      heldIn = room;
    }
    int holds = inRequest ? headBytes + actualReadableBytes() : internalBuffer().capacity();
    if (room.tryHold(holds - heldBytes)) {
      heldBytes = holds;
    } else {
      handler.noRoomForRequest();
      decodeKept(ctx);
    }
  }

  private void holdNothing() {
    heldIn.giveBack(heldBytes);
    heldBytes = 0;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    boolean ends = event instanceof ChannelInputShutdownEvent;
    if (!ends && !Connection.GO_ON.equals(event)) {
      super.userEventTriggered(ctx, event);
      return;
    }
    inputEnded |= ends;
    if (plain && !inRequest) {
      handler.plain(internalBuffer());
    }
    decodeKept(ctx);
    channelReadComplete(ctx);
    if (inputEnded && !handler.connection().isPaused()) { // else behind what is kept
      inputEnded = false;
      super.userEventTriggered(ctx, ChannelInputShutdownEvent.INSTANCE);
    }
  }

  /** As if the bytes had just come. */
  private void decodeKept(ChannelHandlerContext ctx) throws Exception {
    super.channelRead(ctx, Unpooled.EMPTY_BUFFER);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    holdNothing();
    handler.connection().pauseOrNot();
    super.channelInactive(ctx);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (!inRequest && !begins(in)) {
      return;
    }
    int start = in.readerIndex();
    super.decode(ctx, in, out);
    if (inHead) {
      headBytes += in.readerIndex() - start;
    }
    if (!out.isEmpty()) {
      look(out);
    }
  }

  private boolean begins(ByteBuf in) {
    Connection connection = handler.connection();
    if (connection.state() == Connection.State.LINGER) {
      in.skipBytes(in.readableBytes());
    }
    skipEmptyLines(in);
    if (!in.isReadable() || connection.isPaused()) {
      return false;
    }
    inRequest = true;
    inHead = true;
    headBytes = 0;
    connection.requestBegins();
    return true;
  }

  /** RFC 9112, 2.2: a server should ignore them in front of a request. */
  private static void skipEmptyLines(ByteBuf in) {
    int at = in.readerIndex();
    int end = in.writerIndex();
    while (at < end && (in.getByte(at) == '\r' || in.getByte(at) == '\n')) {
      at++;
    }
    in.readerIndex(at);
  }

  private void look(List<Object> out) {
    if (inHead && out.getFirst() instanceof HttpRequest request) {
      inHead = false;
      if (request.decoderResult() instanceof HttpMessageDecoderResult sizes
          && !isPlain(request, sizes)) {
        request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException()));
      }
    }
    inRequest = !(out.getLast() instanceof LastHttpContent);
  }

  /** Told from the sizes alone, so that no byte is looked at twice. */
  private boolean isPlain(HttpRequest request, HttpMessageDecoderResult sizes) {
    int words = request.method().name().length() + request.uri().length() + VERSION_CHARS;
    int lineEnds = headBytes - sizes.initialLineLength() - sizes.headerSize();
    int lines = request.headers().size() + 2; // the request line and the empty line
    return sizes.initialLineLength() == words + 2 && lineEnds == lines * LINE_END;
  }

  @Override
  protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
    requireSpace(line[start + length]);
    return super.splitFirstWordInitialLine(line, start, length);
  }

  @Override
  protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
    requireSpace(line[start + length]);
    for (int i = start; i < start + length; i++) {
      if ((line[i] >= 0 && line[i] <= ' ') || line[i] == 0x7f) {
        throw new IllegalArgumentException("control byte in the request target");
      }
    }
    return super.splitSecondWordInitialLine(line, start, length);
  }

  private static void requireSpace(byte separator) {
    if (separator != ' ') {
      throw new IllegalArgumentException("the words of a request line are parted by one space");
    }
  }
}
