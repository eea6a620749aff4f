package io.estat.bench;

import io.estat.testkit.MinioServer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * As much of an S3 server as a put needs, so that a million objects cost what the sender spends on
 * them: an object is there (HEAD) or made once (PUT), its bytes are forgotten. Of the files of a
 * {@link DlqFill} it knows which came, and which came again.
 */
final class CountingBucket implements AutoCloseable {
  private static final int MAX_OBJECT_BYTES = 64 << 20;

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("bucket", true), EpollIoHandler.newFactory());
  private final Channel listener;

  /** Of the loop's thread. */
  private final BitSet numbers = new BitSet();

  private final AtomicLong arrived = new AtomicLong();
  private final AtomicLong again = new AtomicLong();

  CountingBucket() {
    listener =
        new ServerBootstrap()
            .group(group)
            .channel(EpollServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new HttpServerCodec(),
                            new HttpObjectAggregator(MAX_OBJECT_BYTES),
                            new Requests());
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
  }

  private final class Requests extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      int number = DlqFill.number(request.uri());
      HttpResponseStatus status = HttpResponseStatus.OK;
      if (request.method().equals(HttpMethod.PUT)) {
        put(number);
      } else if (number < 0 || !numbers.get(number)) {
        status = HttpResponseStatus.NOT_FOUND;
      }
      FullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
      answer.headers().set(HttpHeaderNames.ETAG, "\"0\"");
      answer.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, 0);
      context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }
  }

  private void put(int number) {
    if (number >= 0) {
      (numbers.get(number) ? again : arrived).incrementAndGet();
      numbers.set(number);
    }
  }

  /** What a server needs to know. */
  Map<String, String> environment() {
    return environment(((InetSocketAddress) listener.localAddress()).getPort());
  }

  /** The same for a server whose store nobody can reach. */
  static Map<String, String> absent() {
    return environment(1);
  }

  private static Map<String, String> environment(int port) {
    return Map.of(
        "STORE_URL",
        "s3://bucket",
        "S3_ENDPOINT",
        "http://127.0.0.1:" + port,
        "AWS_REGION",
        "us-east-1",
        "AWS_ACCESS_KEY_ID",
        MinioServer.USER,
        "AWS_SECRET_ACCESS_KEY",
        MinioServer.PASSWORD);
  }

  /** Files of a fill that are objects now. */
  long arrived() {
    return arrived.get();
  }

  /** Puts of what was an object already. */
  long again() {
    return again.get();
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
