package io.estat.etl.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class CursorStopTest {
  @Test
  void isSentAgainAsLongAsTheCursorIsOpen() throws Exception {
    var sent = new CountDownLatch(3);
    var stop = new CursorStop(sent::countDown);
    stop.ask();
    sent.await();
    stop.end();
  }

  @Test
  void isSentByOneThreadHoweverOftenItIsAsked() throws Exception {
    Set<Thread> senders = ConcurrentHashMap.newKeySet();
    var sent = new CountDownLatch(10);
    var stop =
        new CursorStop(
            () -> {
              senders.add(Thread.currentThread());
              sent.countDown();
            });
    for (int i = 0; i < 5; i++) {
      stop.ask();
    }
    sent.await();
    stop.end();
    assertThat(senders).hasSize(1);
  }

  @Test
  void isSentAgainAfterADriverThatBreaks() throws Exception {
    var tried = new CountDownLatch(2);
    var stop =
        new CursorStop(
            () -> {
              tried.countDown();
              throw new IllegalStateException("a fault of the driver");
            });
    stop.ask();
    tried.await();
    stop.end();
  }

  @Test
  void letsNothingBegin() throws Exception {
    var stop = new CursorStop(() -> {});
    stop.requireNone();
    stop.ask();
    assertThatThrownBy(stop::requireNone).isInstanceOf(CursorStoppedException.class);
    stop.end();
  }
}
