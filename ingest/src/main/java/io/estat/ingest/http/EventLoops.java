package io.estat.ingest.http;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event loops and what belongs to each: native epoll where it is, else the JDK's selector. */
final class EventLoops implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);
  private static final int QUIET_POLL_MILLIS = 20;

  private final EventLoopGroup group;
  private final boolean epoll;
  private final IdentityHashMap<EventExecutor, Loop> loops = new IdentityHashMap<>();
  private final List<HttpCounters> counters = new ArrayList<>();

  EventLoops(int threads, Cors cors, LineConfig lines, Runnable turnEnded) {
    epoll = Epoll.isAvailable();
    if (!epoll) {
      LOG.info("no native epoll on this machine; the JDK's selector is used");
    }
    IoHandlerFactory transport =
        PacedIoHandler.pace(epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    group = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("http"), transport);
    for (EventExecutor executor : group) {
      var counts = new HttpCounters();
      counters.add(counts);
      loops.put(executor, new Loop(executor, cors, lines, counts, turnEnded));
    }
  }

  EventLoopGroup group() {
    return group;
  }

  Class<? extends ServerChannel> serverChannel() {
    return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  Loop of(EventLoop eventLoop) {
    return Objects.requireNonNull(loops.get(eventLoop));
  }

  List<HttpCounters> counters() {
    return List.copyOf(counters);
  }

  void everyMillis(long millis, Consumer<Loop> task) {
    loops.forEach(
        (executor, loop) ->
            executor.scheduleAtFixedRate(
                () -> task.accept(loop), millis, millis, TimeUnit.MILLISECONDS));
  }

  void anyEvery(long period, TimeUnit unit, Runnable task) {
    group.next().scheduleAtFixedRate(task, period, period, unit);
  }

  /** Gives every loop so long to work on what there is; one that is behind gets longer. */
  void workOn(long millis) {
    List<Future<Boolean>> turns = new ArrayList<>();
    for (EventExecutor executor : loops.keySet()) {
      turns.add(later(executor, () -> false, millis));
    }
    turns.forEach(Future::awaitUninterruptibly);
  }

  /**
   * Asks on the loop's own thread. No for a loop that has ended, which only an Error makes it do:
   * nothing is left of it, and it must not keep the others from their shutdown.
   */
  private static Future<Boolean> later(
      EventExecutor executor, Callable<Boolean> question, long millis) {
    try {
      return executor.schedule(question, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException ended) {
      return ImmediateEventExecutor.INSTANCE.newSucceededFuture(false);
    }
  }

  /** Waits until no loop has a request in flight, at most so long. */
  void awaitQuiet(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    for (Map.Entry<EventExecutor, Loop> entry : loops.entrySet()) {
      boolean busy = true;
      while (busy && System.nanoTime() < end) {
        Future<Boolean> asked =
            later(entry.getKey(), () -> entry.getValue().isBusy(), QUIET_POLL_MILLIS);
        asked.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        busy = !asked.isSuccess() || asked.getNow();
      }
    }
  }

  @Override
  public void close() {
    loops.forEach(EventLoops::closeAll);
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private static void closeAll(EventExecutor executor, Loop loop) {
    try {
      executor.execute(loop::closeAll);
    } catch (RejectedExecutionException ended) {
      // Its connections have ended with it.
    }
  }
}
