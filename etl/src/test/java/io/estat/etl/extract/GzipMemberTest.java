package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.testkit.Property;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class GzipMemberTest {
  @Test
  void countsLineFeedsAmongAnyBytes() {
    Property.forAll(
        5_000,
        random -> {
          var bytes = new byte[random.nextInt(100)];
          random.nextBytes(bytes);
          for (int i = 0; i < bytes.length; i++) {
            // Also its neighbours, which a sloppy comparison of eight bytes takes for it.
            if (random.nextBoolean()) {
              bytes[i] = (byte) ('\n' - 1 + random.nextInt(3));
            }
          }
          return bytes;
        },
        bytes -> {
          long expected =
              new String(bytes, StandardCharsets.ISO_8859_1).chars().filter(c -> c == '\n').count();
          assertThat(GzipMember.countLines(bytes, bytes.length)).isEqualTo(expected);
        });
  }
}
