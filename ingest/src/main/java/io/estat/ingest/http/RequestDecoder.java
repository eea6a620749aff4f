package io.estat.ingest.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;

/** Netty's strict decoder, which also tells its connection when bytes arrive. */
final class RequestDecoder extends HttpRequestDecoder {
  /** Bound of the request line, and of all header lines together. */
  static final int MAX_HEAD_BYTES = 32 * 1024;

  private final CollectHandler connection;

  RequestDecoder(CollectHandler connection) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_HEAD_BYTES)
            .setMaxHeaderSize(MAX_HEAD_BYTES)
            .setMaxChunkSize(64 * 1024));
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
    connection.bytesArrived();
    super.channelRead(ctx, msg);
  }
}
