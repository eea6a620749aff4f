package io.estat.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class PacedIoHandlerTest {
  private static final Duration PACE = Duration.ofMillis(50);
  private static final Duration FOREVER = Duration.ofDays(1);

  /** Brings so many events each time it is asked; notes when that was. */
  private static final class Ready implements IoHandler {
    private final List<Long> askedNanos = new ArrayList<>();
    private volatile boolean woken;
    private volatile int events;

    Ready(int events) {
      this.events = events;
    }

    @Override
    public int run(IoHandlerContext context) {
      askedNanos.add(System.nanoTime());
      return events;
    }

    Duration between(int earlier, int later) {
      return Duration.ofNanos(askedNanos.get(later) - askedNanos.get(earlier));
    }

    @Override
    public void wakeup() {
      woken = true;
    }

    @Override
    public IoRegistration register(IoHandle handle) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
      return true;
    }
  }

  /** Of a loop that has a task, or has none. */
  private static final class Tasks implements IoHandlerContext {
    private final AtomicBoolean none = new AtomicBoolean(true);

    @Override
    public boolean canBlock() {
      return none.get();
    }

    @Override
    public long delayNanos(long currentTimeNanos) {
      return Long.MAX_VALUE;
    }

    @Override
    public long deadlineNanos() {
      return -1;
    }
  }

  private final Tasks tasks = new Tasks();

  /** A handler of which {@link Pacing} finds that it gains by pauses. */
  private static PacedIoHandler paced(Ready ready, Duration pace) {
    var paced = new PacedIoHandler(ready, pace);
    var busy = new Tasks();
    busy.none.set(false); // so that not even now anything waits
    for (int i = 0; i < 64; i++) {
      paced.run(busy);
    }
    ready.askedNanos.clear();
    return paced;
  }

  @Test
  void asksOnceInAPaceWhileThatPays() {
    var ready = new Ready(2);
    PacedIoHandler paced = paced(ready, PACE);
    for (int i = 0; i < 4; i++) {
      assertThat(paced.run(tasks)).isEqualTo(2);
    }
    assertThat(ready.between(0, 3)).isGreaterThanOrEqualTo(PACE.multipliedBy(3));
  }

  @Test
  void asksAtOnceAfterAnAskThatBroughtNothing() {
    var ready = new Ready(2);
    PacedIoHandler paced = paced(ready, FOREVER);
    ready.events = 0;
    tasks.none.set(false);
    paced.run(tasks);
    tasks.none.set(true);
    ready.events = 2;
    paced.run(tasks);
    assertThat(ready.askedNanos).hasSize(2);
  }

  @Test
  void neverPausesWhereThereIsPlenty() {
    asksThousandTimesWithoutPause(new Ready(16));
  }

  @Test
  void pausesForNothingWhileThereAreTasks() {
    tasks.none.set(false);
    asksThousandTimesWithoutPause(new Ready(2));
  }

  private void asksThousandTimesWithoutPause(Ready ready) {
    var paced = new PacedIoHandler(ready, FOREVER);
    for (int i = 0; i < 1000; i++) {
      paced.run(tasks);
    }
    assertThat(ready.askedNanos).hasSize(1000);
  }

  @Test
  void aTaskEndsThePause() throws InterruptedException {
    var ready = new Ready(2);
    PacedIoHandler paced = paced(ready, FOREVER);
    Thread loop = Thread.ofPlatform().start(() -> paced.run(tasks));
    while (loop.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    assertThat(ready.askedNanos).isEmpty();
    tasks.none.set(false);
    paced.wakeup();
    loop.join();
    assertThat(ready.woken).isTrue();
    assertThat(ready.askedNanos).hasSize(1);
  }

  /** On real loops: tasks from outside come at once, whatever the load, and the loop ends. */
  @Test
  void aLoopWithPausesRunsTasksOfOthersAndEnds() throws Exception {
    for (IoHandlerFactory transport :
        List.of(NioIoHandler.newFactory(), EpollIoHandler.newFactory())) {
      var group = new MultiThreadIoEventLoopGroup(1, PacedIoHandler.pace(transport));
      for (int i = 0; i < 1000; i++) {
        int number = i;
        assertThat(group.submit(() -> number).get()).isEqualTo(number);
      }
      assertThat(group.schedule(() -> "late", 5, TimeUnit.MILLISECONDS).get()).isEqualTo("late");
      assertThat(group.shutdownGracefully(0, 10, TimeUnit.SECONDS).await(30, TimeUnit.SECONDS))
          .isTrue();
    }
  }
}
