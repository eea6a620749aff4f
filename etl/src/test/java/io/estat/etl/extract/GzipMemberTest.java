package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.encode.LineBuffer;
import io.estat.jsonl.GzipEngine;
import io.estat.testkit.Property;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
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

  @Test
  void givesBackTheRoomOfOneLongLine() throws IOException {
    try (var member = new GzipMember(GzipEngine.best(), 1)) {
      member.write(noise(3 << 20));
      member.finish();
      byte[] room = member.compressed().array();
      member.taken();
      assertThat(member.compressed().array()).isSameAs(room).hasSize(GzipMember.KEPT_BYTES);

      member.write(noise(30 << 20));
      member.finish();
      assertThat(member.compressed().length()).isGreaterThan(30 << 20);
      member.reset();

      assertThat(member.compressed().array().length).isLessThan(1 << 20);
    }
  }

  /** A line that no compressor makes smaller. */
  private static LineBuffer noise(int length) {
    var bytes = new byte[length];
    new Random(1).nextBytes(bytes);
    var line = new LineBuffer(length);
    line.put(bytes);
    return line;
  }
}
