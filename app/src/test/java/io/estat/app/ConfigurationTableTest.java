package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.ingest.config.Setting;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The README's configuration table is the list of settings that the server reads. */
@Tag("check")
final class ConfigurationTableTest {
  @Test
  void isTheListOfSettingsInTheirOrder() throws IOException {
    String table =
        Arrays.stream(Setting.values())
            .map(ConfigurationTableTest::row)
            .collect(Collectors.joining("\n"));
    assertThat(Papers.between("README.md", "configuration"))
        .as("copy the expected table into README.md between the two markers")
        .isEqualTo("| Name | Default | Allowed | Meaning |\n|---|---|---|---|\n" + table);
  }

  private static String row(Setting setting) {
    String value = setting.byDefault();
    String shown = value.isEmpty() || value.contains(" ") ? value : "`" + value + "`";
    return "| `%s` | %s | %s | %s |"
        .formatted(setting, shown.isEmpty() ? "-" : shown, setting.allowed(), setting.meaning());
  }
}
