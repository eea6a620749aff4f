package io.estat.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class UsageTest {
  @Test
  void readsTimesBehindANameWithSpacesAndParentheses() {
    String stat =
        "42 (a) name) S 1 42 42 0 -1 4194560 1 0 0 0 150 25 7 9 20 0 5 0 100 1 1 18446744073709551615";
    Usage usage = Usage.parse(stat, "Name:\ta\nVmHWM:\t   2048 kB\nVmRSS:\t   1024 kB\n");
    assertThat(usage).isEqualTo(new Usage(1_500_000, 250_000, 1 << 20, 2 << 20));
    assertThat(usage.cpuMicros()).isEqualTo(1_750_000);
  }

  @Test
  void seesThisProcess() throws IOException {
    assertThat(Usage.of(ProcessHandle.current()).rssBytes()).isGreaterThan(1 << 20);
  }
}
