package io.estat.ingest.http;

import io.estat.ingest.batch.Budget;
import io.estat.ingest.batch.OpenBatch;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections and hands each to a {@link CollectHandler} on one of the event loops. */
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  private static final int TICK_MILLIS = 500;

  /** For what is in the kernel's queue when no further connection gets in. */
  private static final int ACCEPT_MILLIS = 200;

  private static final int TLS_REFRESH_SECONDS = 5;

  /** Answers are small; the kernel would keep megabytes of them for a client that reads none. */
  private static final int SEND_BUFFER_BYTES = 64 * 1024;

  private final HttpConfig config;
  private final WriteKeys writeKeys;
  private final EventLoops loops;
  private final Budget budget;
  private final OpenBatch openBatch;
  private final List<Channel> listeners = new ArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger rejectedConnections = new AtomicInteger();
  private final HeldBytes heldHeads = new HeldBytes();
  private final HeldBytes heldBack = new HeldBytes();
  private final @Nullable TlsContext tls;
  private final ByteBuf tooMany;
  private final Pages pages;
  private volatile int port;
  private volatile int adminPort;
  private volatile boolean draining;

  /**
   * Starts the event loops; nobody is listened to before {@link #listen()}.
   *
   * @param pages what is shown on the port of /collect
   */
  public HttpServer(
      HttpConfig config, LineConfig lines, Budget budget, OpenBatch openBatch, Pages pages) {
    this.config = config;
    this.budget = budget;
    this.openBatch = openBatch;
    this.pages = pages;
    this.writeKeys = new WriteKeys(config.writeKeys());
    HttpConfig.Tls files = config.tls();
    this.tls = files == null ? null : new TlsContext(files);
    this.tooMany =
        Answers.fixed(
            "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n"
                + config.cors().headers(-1)
                + "Content-Length: 0\r\nConnection: close\r\n\r\n");
    this.loops = new EventLoops(config.ioThreads(), config.cors(), lines, openBatch::turnEnded);
    loops.everyMillis(TICK_MILLIS, Loop::tick);
    if (tls != null) {
      loops.anyEvery(TLS_REFRESH_SECONDS, TimeUnit.SECONDS, tls::refresh);
    }
  }

  /**
   * Opens the port of /collect.
   *
   * @throws IOException naming the address if it cannot be had
   */
  public void listen() throws IOException {
    port = open(config.address(), pages, true);
  }

  /** Opens a second port that shows pages only. */
  public void listenForAdmin(InetSocketAddress address, Pages adminPages) throws IOException {
    adminPort = open(address, adminPages, false);
  }

  /** Returns the port it got. */
  private int open(InetSocketAddress address, Pages shown, boolean collects) throws IOException {
    var bootstrap =
        new ServerBootstrap()
            .group(loops.group())
            .channel(loops.serverChannel())
            .option(ChannelOption.SO_BACKLOG, 4096)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER_BYTES)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    accept(channel, shown, collects);
                  }
                });
    var bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot listen on " + address.getHostString() + ":" + address.getPort(), bound.cause());
    }
    listeners.add(bound.channel());
    return ((InetSocketAddress) bound.channel().localAddress()).getPort();
  }

  private void accept(SocketChannel channel, Pages shown, boolean collects) {
    // The admin port stays open when the other is full: whoever looks after the server needs it
    // then.
    if (connections.incrementAndGet() > config.maxConnections() && collects) {
      connections.decrementAndGet();
      rejectedConnections.incrementAndGet();
      refuse(channel, tls != null && collects);
      return;
    }
    channel.closeFuture().addListener(closed -> connections.decrementAndGet());
    if (tls != null && collects) {
      channel.pipeline().addLast(tls.current().newHandler(channel.alloc()));
    }
    var handler = new CollectHandler(this, loops.of(channel.eventLoop()), channel, shown, collects);
    channel.pipeline().addLast(new RequestDecoder(handler, heldHeads, heldBack, collects), handler);
  }

  private void refuse(SocketChannel channel, boolean encrypted) {
    if (encrypted) {
      channel.close(); // an answer would cost a handshake
    } else {
      channel.writeAndFlush(tooMany.duplicate()).addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** The port that {@link #listen()} got. */
  public int port() {
    return port;
  }

  /** The port that {@link #listenForAdmin} got. */
  public int adminPort() {
    return adminPort;
  }

  /** From now on every answer says that the connection will be closed. */
  public void startDraining() {
    draining = true;
  }

  /** No further connection is accepted; those that are open stay. */
  public void stopListening() {
    boolean deaf = false;
    for (Channel listener : listeners) {
      deaf |= LastConnections.only(listener);
    }
    if (deaf) {
      loops.workOn(ACCEPT_MILLIS);
    }
    closeListeners();
  }

  private void closeListeners() {
    listeners.forEach(listener -> listener.close().awaitUninterruptibly());
  }

  /** Waits until no request is in flight, at most so long. */
  public void awaitQuiet(Duration timeout) throws InterruptedException {
    loops.awaitQuiet(timeout);
  }

  /** One element a loop. */
  public List<HttpCounters> counters() {
    return loops.counters();
  }

  public int openConnections() {
    return connections.get();
  }

  /** Connections closed at once because MAX_CONNECTIONS were open. */
  public int rejectedConnections() {
    return rejectedConnections.get();
  }

  /** Closes what is left and ends the event loops. */
  @Override
  public void close() {
    closeListeners();
    loops.close();
  }

  /** Something in a handler that nobody foresaw: the connection is closed, the server goes on. */
  void unexpected(Throwable cause) {
    LOG.error("a connection failed in an unforeseen way and was closed", cause);
  }

  boolean isDraining() {
    return draining;
  }

  Budget budget() {
    return budget;
  }

  OpenBatch openBatch() {
    return openBatch;
  }

  Cors cors() {
    return config.cors();
  }

  WriteKeys writeKeys() {
    return writeKeys;
  }

  HeldBytes heldHeads() {
    return heldHeads;
  }

  /** Answers that a client does not take, and requests behind them. */
  HeldBytes heldBack() {
    return heldBack;
  }

  int maxBodyBytes() {
    return config.maxBodyBytes();
  }

  HttpConfig.Timeouts timeouts() {
    return config.timeouts();
  }
}
