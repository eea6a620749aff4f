package io.estat.ingest.http;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets the kernel gather what arrives, as a network card spaces its interrupts and for the same
 * reason: to be woken for one request costs more than to serve it. While {@link Pacing} finds that
 * it pays, another handler is asked {@link #PACE} after it was last served, and not before;
 * docs/performance.md has what this saves.
 *
 * <p>There is no pause when the kernel had plenty or nothing, nor for a task: {@link #wakeup} ends
 * it. So a request waits {@link #PACE} at most, and a scheduled task is so much late at most.
 *
 * <p>Belongs to one event loop, as its delegate does; {@link #wakeup} is anybody's.
 */
final class PacedIoHandler implements IoHandler {
  private static final Duration PACE = Duration.ofNanos(500_000);

  /** So many at a time, and being woken is a small part of their cost. */
  private static final int PLENTY = 16;

  private final IoHandler delegate;
  private final long paceNanos;
  private final Pacing pacing;
  private long askedNanos;
  private int brought;
  private volatile @Nullable Thread waiting;

  PacedIoHandler(IoHandler delegate, Duration pace) {
    this.delegate = delegate;
    this.paceNanos = pace.toNanos();
    this.askedNanos = System.nanoTime();
    this.pacing = new Pacing(askedNanos);
  }

  /** Every handler of the factory, paced. */
  static IoHandlerFactory pace(IoHandlerFactory factory) {
    return new IoHandlerFactory() {
      @Override
      public IoHandler newHandler(ThreadAwareExecutor executor) {
        return new PacedIoHandler(factory.newHandler(executor), PACE);
      }

      @Override
      public boolean isChangingThreadSupported() {
        return factory.isChangingThreadSupported();
      }
    };
  }

  @Override
  public int run(IoHandlerContext context) {
    if (brought > 0 && brought < PLENTY && pacing.isOn() && context.canBlock()) {
      pause(context);
    }
    brought = delegate.run(context);
    askedNanos = System.nanoTime();
    if (brought > 0) {
      pacing.asked(brought, askedNanos);
    }
    return brought;
  }

  private void pause(IoHandlerContext context) {
    waiting = Thread.currentThread();
    long left = askedNanos + paceNanos - System.nanoTime();
    // Asked each time: a task that came before `waiting` could be seen woke nobody.
    while (left > 0 && context.canBlock()) {
      LockSupport.parkNanos(this, left);
      left = askedNanos + paceNanos - System.nanoTime();
    }
    waiting = null;
  }

  @Override
  public void wakeup() {
    delegate.wakeup();
    Thread thread = waiting;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  @Override
  public void initialize() {
    delegate.initialize();
  }

  @Override
  public void prepareToDestroy() {
    delegate.prepareToDestroy();
  }

  @Override
  public void destroy() {
    delegate.destroy();
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return delegate.register(handle);
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> handleType) {
    return delegate.isCompatible(handleType);
  }
}
