package io.estat.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class Crc32cSumTest {
  @Test
  void joinsSumsOfPiecesIntoTheSumOfTheWhole() {
    var random = new Random(7);
    for (int run = 0; run < 300; run++) {
      byte[] bytes = new byte[random.nextInt(3000)];
      random.nextBytes(bytes);
      int at = random.nextInt(bytes.length + 1);
      assertThat(
              Crc32cSum.concat(sum(bytes, 0, at), sum(bytes, at, bytes.length), bytes.length - at))
          .isEqualTo(sum(bytes, 0, bytes.length));
    }
  }

  @Test
  void tellsTheOrderOfPieces() {
    int a = sum(new byte[] {1, 2, 3}, 0, 3);
    int b = sum(new byte[] {4, 5, 6}, 0, 3);
    assertThat(Crc32cSum.concat(a, b, 3)).isNotEqualTo(Crc32cSum.concat(b, a, 3));
  }

  /** 4 GiB of zeros after one byte, against the same in steps. */
  @Test
  void takesLengthsBeyondAnInt() {
    int one = sum(new byte[] {1}, 0, 1);
    int zeros = 0;
    byte[] block = new byte[1 << 20];
    int sumOfBlock = sum(block, 0, block.length);
    int stepped = one;
    for (int i = 0; i < 1 << 12; i++) {
      stepped = Crc32cSum.concat(stepped, sumOfBlock, block.length);
      zeros = Crc32cSum.concat(zeros, sumOfBlock, block.length);
    }
    assertThat(Crc32cSum.concat(one, zeros, 1L << 32)).isEqualTo(stepped);
  }

  private static int sum(byte[] bytes, int from, int to) {
    var crc = new CRC32C();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }
}
