package io.estat.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What a load balancer is told. */
class ReadinessTest {
  private final AtomicReference<Optional<String>> refusal = new AtomicReference<>(Optional.empty());
  private final Readiness readiness = new Readiness(refusal::get);

  @Test
  void isReadyWhenWarmUntilItDrains() {
    assertThat(readiness.notReady()).contains("warming up");
    readiness.warmedUp();
    assertThat(readiness.notReady()).isEmpty();
    readiness.draining();
    assertThat(readiness.notReady().orElseThrow()).contains("draining");
  }

  @Test
  void saysWhyWorkIsRefusedAndIsReadyAgainByItself() {
    readiness.warmedUp();
    refusal.set(Optional.of("no space left on device"));
    assertThat(readiness.notReady()).contains("refusing work: no space left on device");
    refusal.set(Optional.empty());
    assertThat(readiness.notReady()).isEmpty();
  }
}
