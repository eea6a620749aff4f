package io.estat.ingest.http;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventLoopsTest {
  /** An Error that nobody foresaw ends a loop; what was accepted must be saved all the same. */
  @Test
  void aLoopThatHasEndedIsNoObstacleToAShutdown() {
    var loops = new EventLoops(2, new Cors(List.of()), new ServerPlan().line(), () -> {});
    loops.group().next().shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
    assertThatCode(
            () -> {
              loops.workOn(1);
              loops.awaitQuiet(Duration.ofSeconds(30));
              loops.close();
            })
        .doesNotThrowAnyException();
  }
}
