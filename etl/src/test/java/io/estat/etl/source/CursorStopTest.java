package io.estat.etl.source;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
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
  void letsNothingBegin() throws Exception {
    var stop = new CursorStop(() -> {});
    stop.requireNone();
    stop.ask();
    assertThatThrownBy(stop::requireNone).isInstanceOf(CursorStoppedException.class);
    stop.end();
  }
}
