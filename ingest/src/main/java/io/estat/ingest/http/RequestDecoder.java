package io.estat.ingest.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
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
 * which Netty overlooks in HTTP/1.0. It also tells the handler behind it when a request begins.
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
  private final HeldHeads heads;
  private boolean inHead;
  private int headBytes;
  private int heldBytes;

  /**
   * @param plain whether usual requests are given to {@link CollectHandler#plain}
   */
  RequestDecoder(CollectHandler handler, HeldHeads heads, boolean plain) {
    super(
        new HttpDecoderConfig()
            .setHeadersFactory(BoundedHeaders.FACTORY)
            .setMaxInitialLineLength(MAX_HEAD_BYTES)
            .setMaxHeaderSize(MAX_HEAD_BYTES)
            .setMaxChunkSize(64 * 1024));
    this.handler = handler;
    this.plain = plain;
    this.heads = heads;
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

  /** A head that is held beyond the turn in which its bytes came counts as long as it is held. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    int holds = inRequest ? headBytes + actualReadableBytes() : 0;
    boolean room = heads.tryHold(holds - heldBytes);
    if (room) {
      heldBytes = holds;
    }
    super.channelReadComplete(ctx);
    if (!room) {
      handler.noRoomForHead();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    heads.giveBack(heldBytes);
    heldBytes = 0;
    super.channelInactive(ctx);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (!inRequest) {
      skipEmptyLines(in);
      if (!in.isReadable()) {
        return;
      }
      inRequest = true;
      inHead = true;
      headBytes = 0;
      handler.connection().requestBegins();
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
