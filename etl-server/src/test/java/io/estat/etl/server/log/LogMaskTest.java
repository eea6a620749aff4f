package io.estat.etl.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class LogMaskTest {
  private static final String SECRET = "pw-of-the-source";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x pw-of-the-source y                          | x *** y
          a pw-of-the-source-and-more                   | a ***
          Authorization: Bearer abc.def-1               | Authorization: Bearer ***
          eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln     | ***
          jdbc:postgresql://u:s3cret@db/x               | jdbc:postgresql://u:***@db/x
          jdbc:oracle:thin:scott/tiger@db               | jdbc:oracle:thin:scott/***@db
          jdbc:x://db?user=u&password=abc&ssl=true      | jdbc:x://db?user=u&password=***&ssl=true
          PUT https://host/o?upload_id=ABPt-x_1 failed  | PUT https://host/o?upload_id=*** failed
          X-API-Key: 0123456789                         | X-API-Key: ***
          table ORDERS is not there                     | table ORDERS is not there
          """)
  void blanksOutSecrets(String text, String masked) {
    assertThat(new LogMask(List.of(SECRET, SECRET + "-and-more")).apply(text)).isEqualTo(masked);
  }

  @Test
  void linesAreJsonWithTheTraceIdAndWithoutSecrets() {
    var line = new JsonLines(environment()).format(event());
    assertThat(line).endsWith("\n").doesNotContain(SECRET);
    JsonNode json = new JsonMapper().readTree(line);
    assertThat(json.path("trace_id").asString()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
    assertThat(json.path("level").asString()).isEqualTo("WARN");
    assertThat(json.path("message").asString()).isEqualTo("refused *** by it");
    assertThat(json.path("exception").asString()).contains("IllegalStateException: *** is wrong");
  }

  @Test
  void linesForPeopleHaveNoSecretsEither() {
    assertThat(new PlainLines(environment()).format(event()))
        .contains("WARN", "refused *** by it")
        .doesNotContain(SECRET);
  }

  private static StandardEnvironment environment() {
    var environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(new MapPropertySource("test", Map.of(LogMask.SECRETS, new String[] {SECRET})));
    return environment;
  }

  private static LoggingEvent event() {
    var context = new LoggerContext();
    var event =
        new LoggingEvent(
            "test",
            context.getLogger("io.estat.Test"),
            Level.WARN,
            "refused {} by it",
            new IllegalStateException(SECRET + " is wrong"),
            new Object[] {SECRET});
    event.setMDCPropertyMap(Map.of("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"));
    return event;
  }
}
