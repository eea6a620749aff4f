package io.estat.etl.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;

final class StartTest {
  @Test
  void startsOnAFreePort() {
    try (var context = new SpringApplication(EtlServer.class).run("--server.port=0")) {
      assertThat(context.getEnvironment().getProperty("local.server.port", Integer.class))
          .isPositive();
    }
  }
}
