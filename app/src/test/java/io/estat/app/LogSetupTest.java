package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import io.estat.ingest.config.IngestConfig;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogSetupTest {
  private static final Logger LOG = LoggerFactory.getLogger("io.estat.LogSetupTest");

  private final PrintStream realOut = System.out;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private List<String> logged(IngestConfig.Log setup, Runnable logging) {
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    LogSetup.apply(setup);
    logging.run();
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @AfterEach
  void restore() {
    System.setOut(realOut);
    new LogSetup().configure((LoggerContext) LoggerFactory.getILoggerFactory());
  }

  @Test
  void writesOneJsonObjectALineOrOneLineForPeople() {
    List<String> json =
        logged(new IngestConfig.Log("info", false, 1), () -> LOG.warn("a \"b\"\nc {}", 1));
    assertThat(json).singleElement().asString().startsWith("{").endsWith("}");
    assertThat(json.getFirst())
        .contains("\"level\":\"WARN\"", "\"formattedMessage\":\"a \\\"b\\\"\\nc 1\"");
    out.reset();
    List<String> pretty = logged(new IngestConfig.Log("info", true, 1), () -> LOG.info("plain"));
    assertThat(pretty).singleElement().asString().contains("INFO").endsWith("plain");
  }

  @Test
  void keepsOneInNOfTheInfoLinesAndEveryWarning() {
    List<String> lines =
        logged(
            new IngestConfig.Log("info", true, 10),
            () -> {
              for (int i = 0; i < 100; i++) {
                LOG.info("often");
                LOG.debug("below the level: neither shown nor counted");
                LOG.warn("always");
              }
            });
    assertThat(lines).filteredOn(line -> line.endsWith("often")).hasSize(10);
    assertThat(lines).filteredOn(line -> line.endsWith("always")).hasSize(100);
  }
}
