package io.estat.etl.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The watch over the logs of this module's tests sees what it is there for. */
final class SecretsInLogsTest {
  @Test
  void aSecretOfTheTestsInALogFailsThem() {
    String password = UUID.randomUUID().toString();
    String key = UUID.randomUUID().toString();
    SecretsInLogs.keepOut(
        Map.of("SOURCE_PASSWORD", password, "AUTH_API_KEYS", "ops:operate:" + key));
    LoggerFactory.getLogger(SecretsInLogsTest.class).warn("the key is {}", key);
    System.err.println("nothing but a line");

    assertThatThrownBy(() -> SecretsInLogs.check())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("the key is <secret>")
        .hasMessageNotContaining(key)
        .hasMessageNotContaining("nothing but a line");
    assertThatCode(() -> SecretsInLogs.check()).as("told once").doesNotThrowAnyException();
  }

  @Test
  void showsTheLinesAndNotTheSecret() {
    assertThat(SecretsInLogs.linesWith(Set.of("hunter2-hunter2"), "a\nb=hunter2-hunter2;\nc\n"))
        .containsExactly("b=<secret>;");
  }
}
