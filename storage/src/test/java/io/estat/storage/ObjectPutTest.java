package io.estat.storage;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectPutTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "Upper", "under_score", "sp ace", "caf\u00e9", "a:b"})
  void refusesMetadataNamesThatHeadersChange(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> put("k", Map.of(name, "x")));
  }

  @ParameterizedTest
  @ValueSource(strings = {" leading", "trailing ", "new\nline", "tab\t", "caf\u00e9", "\0"})
  void refusesMetadataValuesThatHeadersChange(String value) {
    assertThatIllegalArgumentException().isThrownBy(() -> put("k", Map.of("name", value)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "a b", "{\"json\": true}", "~!@#$%^&*()"})
  void takesPrintableValues(String value) {
    assertThatNoException().isThrownBy(() -> put("k", Map.of("name", value)));
  }

  @Test
  void refusesKeysOverTheLimitOfS3InBytesNotCharacters() {
    assertThatNoException().isThrownBy(() -> put("x".repeat(1024), Map.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> put("\u00e9".repeat(513), Map.of()));
  }

  private static ObjectPut put(String key, Map<String, String> metadata) {
    var content = new ByteContent(new byte[0]);
    return new ObjectPut(key, content, "text/plain", metadata, true, Duration.ofSeconds(1));
  }
}
