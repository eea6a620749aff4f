package io.estat.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SelectStrategy;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.IntSupplier;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The clients of one server. One thread: it shares its core with the object store, so a request
 * costs it a number written into ready bytes, a write, a read and four bytes looked at. It never
 * sleeps: waking a client on the same machine costs the server that answers it more than the
 * answer, which clients on other machines do not. Ids are counted on from one {@link #run} to the
 * next. The caller's thread waits; everything else happens on the event loop.
 */
final class LoadGenerator implements AutoCloseable {
  private static final long LAST_ANSWERS_SECONDS = 20;
  private static final long BEHIND_NANOS = 1_000_000;
  private static final long RECONNECT_MILLIS = 10;

  private final Shape shape;
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1,
          new DefaultThreadFactory("load", true),
          EpollIoHandler.newFactory(0, () -> LoadGenerator::neverSleep));
  private final EventLoop loop = group.next();
  private final Bootstrap bootstrap = new Bootstrap().group(group);
  private final @Nullable SslContext tls;
  private final List<Browser> browsers = new ArrayList<>();
  private final ArrayDeque<Browser> free = new ArrayDeque<>();

  private Answers answers = new Answers();
  private CompletableFuture<Answers> end = new CompletableFuture<>();
  private long startNanos;
  private long endNanos;
  private long toSend;
  private long sent;
  private int inFlight;
  private int nextId;
  private int perSecond;
  private @Nullable Future<?> patience;

  LoadGenerator(Shape shape, int port) throws IOException {
    this.shape = shape;
    tls = shape.tls() ? clientTls() : null;
    bootstrap
        .channel(EpollSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .remoteAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    for (int i = 0; i < shape.connections(); i++) {
      browsers.add(new Browser(this, shape, i));
    }
  }

  private static int neverSleep(IntSupplier ready, boolean hasTasks) throws Exception {
    return hasTasks ? ready.get() : SelectStrategy.BUSY_WAIT;
  }

  /** Any certificate will do: it is the bench's own. */
  @SuppressWarnings("NullAway") // null is how Netty is told not to compare names
  private static SslContext clientTls() throws IOException {
    return SslContextBuilder.forClient()
        .trustManager(InsecureTrustManagerFactory.INSTANCE)
        .endpointIdentificationAlgorithm(null)
        .build();
  }

  /** Loads the server for so long, and returns when the last request is answered or given up. */
  Answers run(Duration duration) throws InterruptedException, IOException {
    return run(duration, shape.perSecond());
  }

  /** As fast as it answers, whatever the shape's rate is. */
  Answers saturate(Duration duration) throws InterruptedException, IOException {
    return run(duration, 0);
  }

  private Answers run(Duration duration, int rate) throws InterruptedException, IOException {
    if (shape.keepAlive() && nextId == 0) {
      connectAll();
    }
    end = new CompletableFuture<>();
    loop.execute(() -> begin(duration, rate));
    return end.join();
  }

  private void connectAll() throws InterruptedException, IOException {
    for (Browser browser : browsers) {
      ChannelFuture connected = open(browser).await();
      if (!connected.isSuccess()) {
        throw new IOException("the load cannot connect to the server", connected.cause());
      }
    }
  }

  private void begin(Duration duration, int rate) {
    perSecond = rate;
    answers = new Answers();
    startNanos = System.nanoTime();
    endNanos = startNanos + duration.toNanos();
    toSend =
        perSecond == 0
            ? Long.MAX_VALUE
            : duration.toMillis() * perSecond / TimeUnit.SECONDS.toMillis(1);
    sent = 0;
    free.clear();
    patience =
        loop.schedule(this::giveUp, duration.toSeconds() + LAST_ANSWERS_SECONDS, TimeUnit.SECONDS);
    if (perSecond == 0) {
      browsers.forEach(browser -> send(browser, startNanos));
    } else {
      free.addAll(browsers);
      sendWhatIsDue();
    }
  }

  private void sendWhatIsDue() {
    long now = System.nanoTime();
    while (sent < toSend && due(sent) <= now && !free.isEmpty()) {
      send(free.remove(), due(sent));
    }
    if (sent < toSend) {
      long wait = due(sent) - now;
      loop.schedule(this::sendWhatIsDue, wait > 0 ? wait : BEHIND_NANOS, TimeUnit.NANOSECONDS);
    }
  }

  private long due(long request) {
    return startNanos + request * TimeUnit.SECONDS.toNanos(1) / perSecond;
  }

  private void send(Browser browser, long due) {
    int id = nextId;
    nextId += browser.events();
    sent++;
    inFlight++;
    browser.send(due, id);
  }

  /** A request has its answer, or none. */
  void answered(int status, long due, int firstId, int events) {
    inFlight--;
    answers.record(status, due, System.nanoTime(), firstId, events);
  }

  /** A client can send its next request, and does if one is due. */
  void isFree(Browser browser) {
    long now = System.nanoTime();
    boolean more = perSecond == 0 ? now < endNanos : sent < toSend;
    if (!more) {
      endIfLast(now);
    } else if (perSecond == 0) {
      send(browser, now);
    } else if (due(sent) <= now) {
      send(browser, due(sent));
    } else {
      free.add(browser);
    }
  }

  private void endIfLast(long now) {
    if (inFlight == 0 && patience != null) {
      patience.cancel(false);
      answers.ended(Duration.ofNanos(now - startNanos));
      end.complete(answers);
    }
  }

  private void giveUp() {
    sent = toSend;
    browsers.forEach(Browser::giveUp);
    endIfLast(System.nanoTime());
  }

  /** Opens a connection; tries again until it succeeds. */
  void connect(Browser browser) {
    open(browser)
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                loop.schedule(() -> connect(browser), RECONNECT_MILLIS, TimeUnit.MILLISECONDS);
              }
            });
  }

  private ChannelFuture open(Browser browser) {
    return bootstrap
        .clone()
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                if (tls != null) {
                  channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                }
                channel.pipeline().addLast(browser);
              }
            })
        .connect();
  }

  @Override
  public void close() {
    loop.submit(() -> browsers.forEach(Browser::close)).awaitUninterruptibly();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
