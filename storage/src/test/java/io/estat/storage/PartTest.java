package io.estat.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class PartTest {
  private static final byte[] FIRST = {1, 2, 3, 4};
  private static final byte[] SECOND = {5, (byte) 200, 7, 8};
  private static final byte[] BYTES = {1, 2, 3, 4, 5, (byte) 200};

  private final Part part = new Part(2, 100, 6, List.of(FIRST, SECOND));

  @Test
  void readsItsBytesAsOftenAsAskedAndNotThoseBehindThem() throws IOException {
    for (int i = 0; i < 2; i++) {
      try (InputStream in = part.open()) {
        assertThat(in.readAllBytes()).isEqualTo(BYTES);
        assertThat(in.read()).isEqualTo(-1);
      }
      try (InputStream in = part.open()) {
        for (byte b : BYTES) {
          assertThat(in.available()).isPositive();
          assertThat(in.read()).isEqualTo(b & 0xff);
        }
        assertThat(in.read(new byte[3])).isEqualTo(-1);
      }
    }
    assertThat(part.buffers()).allMatch(buffer -> buffer.isReadOnly());
  }

  @Test
  void knowsItsSums() {
    var crc32 = new CRC32();
    crc32.update(BYTES);
    var crc32c = new CRC32C();
    crc32c.update(BYTES);
    assertThat(part.crc32()).isEqualTo((int) crc32.getValue());
    assertThat(part.crc32c()).isEqualTo((int) crc32c.getValue());
    assertThat(part.toString()).isEqualTo("part 2 (6 bytes at 100)");
  }

  @Test
  void partsThatAreNotWhatWasAppendedAreRefused() throws IOException {
    var sent = new SentParts();
    var next = new Part(3, 106, 4, List.of(FIRST));
    sent.add(next);
    sent.add(part);
    byte[] whole = Arrays.copyOf(BYTES, 10);
    System.arraycopy(FIRST, 0, whole, 6, 4);
    var crc = new CRC32C();
    crc.update(whole);
    var right = new ObjectSum(10, (int) crc.getValue());
    sent.require("k", right);
    for (var wrong :
        List.of(new ObjectSum(9, right.crc32c()), new ObjectSum(10, right.crc32c() ^ 1))) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> sent.require("k", wrong))
          .withMessageContaining("were appended, its parts have 10 with");
    }
  }
}
