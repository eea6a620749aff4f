package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.server.config.Setting;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The configuration table of docs/etl.md is the list of settings that the ETL server reads. */
@Tag("check")
final class EtlConfigurationTableTest {
  @Test
  void isTheListOfSettingsInTheirOrder() throws IOException {
    String table =
        Arrays.stream(Setting.values())
            .map(EtlConfigurationTableTest::row)
            .collect(Collectors.joining("\n"));
    assertThat(Papers.between("docs/etl.md", "configuration"))
        .as("copy the expected table into docs/etl.md between the two markers")
        .isEqualTo(
            "| Key | Environment | Default | Allowed | Meaning |\n|---|---|---|---|---|\n" + table);
  }

  private static String row(Setting setting) {
    String value = setting.byDefault();
    return "| `%s` | `%s` | %s | %s | %s |"
        .formatted(
            setting.key(),
            setting,
            value.isEmpty() ? "-" : "`" + value + "`",
            setting.allowed(),
            setting.meaning());
  }
}
