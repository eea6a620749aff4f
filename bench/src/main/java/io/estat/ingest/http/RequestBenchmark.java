package io.estat.ingest.http;

import io.estat.bench.RequestTemplate;
import io.estat.bench.Shape;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a request costs on the event loop beside reading and writing: its head scanned and its line
 * built. In the server's own package, because neither part is anybody else's to call.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RequestBenchmark {
  private static final int BODY_BYTES = 200;

  private final InetAddress peer = InetAddress.getLoopbackAddress();
  private final LineConfig config =
      new LineConfig(
          new ClientAddress(
              ClientAddress.Mode.FULL, "x-forwarded-for", new CidrSet(List.of("127.0.0.0/8"))),
          true,
          List.of());
  private final PlainPost post = new PlainPost(config);
  private final EventLine line = new EventLine(config, post);
  private final byte @Nullable [] peerText = line.addressOf(peer);
  private final ByteBuf bytes =
      Unpooled.directBuffer().writeBytes(new RequestTemplate(Shape.SATURATION, 1).bytes());
  private final ByteBuf body = bytes.slice(bytes.readableBytes() - BODY_BYTES, BODY_BYTES);
  private final EmbeddedChannel decoder =
      new EmbeddedChannel(
          new HttpRequestDecoder(
              new HttpDecoderConfig().setHeadersFactory(BoundedHeaders.FACTORY)));
  private HttpRequest request = decode();

  @Setup
  public void prepare() {
    request = decode();
    if (!scanPlainHead()) {
      throw new IllegalStateException("the bench's own request is not a usual one");
    }
  }

  @TearDown
  public void close() {
    decoder.close();
  }

  /** Netty's decoder in an embedded channel, whose own cost is in the figure. */
  @Benchmark
  public HttpRequest scanHead() {
    return decode();
  }

  private HttpRequest decode() {
    decoder.writeInbound(bytes.retainedDuplicate());
    HttpRequest head = decoder.readInbound();
    for (Object rest; (rest = decoder.readInbound()) != null; ) {
      ReferenceCountUtil.release(rest);
    }
    return head;
  }

  /** The same request straight from its bytes. */
  @Benchmark
  public boolean scanPlainHead() {
    bytes.readerIndex(0);
    boolean taken = post.read(bytes, BODY_BYTES);
    bytes.readerIndex(0);
    return taken;
  }

  @Benchmark
  public int buildLine() {
    line.begin(peer, request.headers(), null);
    line.one(body, 0, BODY_BYTES);
    return line.encode(0);
  }

  /** Of what {@link #scanPlainHead} has read. */
  @Benchmark
  public int buildPlainLine() {
    line.begin(peer, peerText, post);
    line.one(bytes, post.bodyIndex(), post.bodyLength());
    return line.encode(0);
  }
}
