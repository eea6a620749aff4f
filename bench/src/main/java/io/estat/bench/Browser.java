package io.estat.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * One client: its connection, its request's bytes, and at most one request in flight. Belongs to
 * the load's event loop. It outlives its connections, one of which is open at a time.
 */
@Sharable
final class Browser extends ChannelInboundHandlerAdapter {
  private final LoadGenerator load;
  private final RequestTemplate template;
  private final ByteBuf request;
  private final boolean keepAlive;

  private AnswerScan scan = new AnswerScan();
  private @Nullable Channel channel;
  private boolean inFlight;
  private long dueNanos;
  private int firstId;

  Browser(LoadGenerator load, Shape shape, int number) {
    this.load = load;
    template = new RequestTemplate(shape, number);
    keepAlive = shape.keepAlive();
    byte[] bytes = template.bytes();
    request = Unpooled.directBuffer(bytes.length).writeBytes(bytes);
  }

  /** Sends the next request; without a connection as soon as there is one. */
  void send(long due, int id) {
    inFlight = true;
    dueNanos = due;
    firstId = id;
    template.number(request, id);
    if (channel == null) {
      load.connect(this);
    } else {
      write(channel);
    }
  }

  private void write(Channel to) {
    to.writeAndFlush(request.retainedDuplicate());
  }

  int events() {
    return template.events();
  }

  /** What nobody waits for any longer counts as not answered. */
  void giveUp() {
    if (inFlight) {
      answered(Answers.NO_ANSWER);
    }
  }

  void close() {
    if (channel != null) {
      channel.close();
    }
    request.release();
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    channel = ctx.channel();
    scan = new AnswerScan();
    if (inFlight) {
      write(channel);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object read) {
    ByteBuf bytes = (ByteBuf) read;
    try {
      int status = scan.feed(bytes);
      if (status > 0 && inFlight) {
        answered(status);
        if (keepAlive) {
          load.isFree(this);
        }
      }
    } finally {
      bytes.release();
    }
  }

  private void answered(int status) {
    inFlight = false;
    load.answered(status, dueNanos, firstId, template.events());
  }

  /** The server closed, as it must where it was asked to; otherwise a request may be lost. */
  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    channel = null;
    boolean wasFree = !inFlight && keepAlive;
    giveUp();
    if (!wasFree) {
      load.isFree(this);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
