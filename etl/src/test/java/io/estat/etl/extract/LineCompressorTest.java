package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.jsonl.GzipEngine;
import io.estat.testkit.Property;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LineCompressorTest {
  private static final int MOST_BESIDE = 1000;

  @Test
  void writesTheSameBytesBesideTheReaderAsAtOnce() {
    Property.forAll(
        200,
        random -> Stream.generate(() -> piece(random)).limit(random.nextInt(1, 20)).toList(),
        pieces -> {
          byte[] atOnce = compressed(pieces, false);
          assertThat(compressed(pieces, true)).isEqualTo(atOnce);
        });
  }

  @Test
  void forgetsAPieceThatIsStillOnItsWay() throws IOException {
    try (var compressor = compressor()) {
      add(compressor, "{\"lost\":1}\n".repeat(50));
      compressor.takeBeside();
      add(compressor, "{\"lost\":2}\n");
      compressor.reset();
      add(compressor, "{}\n");
      compressor.takeBeside();
      assertThat(compressor.settled().lines()).isEqualTo(1);
    }
  }

  /** Also pieces that are longer than what is compressed beside. */
  private static String piece(RandomGenerator random) {
    return "{\"a\":%d}\n".formatted(random.nextInt(100)).repeat(random.nextInt(1, 300));
  }

  private static LineCompressor compressor() {
    return new LineCompressor(new GzipMember(GzipEngine.best(), 1), MOST_BESIDE);
  }

  private static byte[] compressed(List<String> pieces, boolean beside) throws IOException {
    try (var compressor = compressor()) {
      for (String piece : pieces) {
        add(compressor, piece);
        if (beside) {
          compressor.takeBeside();
        } else {
          compressor.take();
        }
      }
      GzipMember member = compressor.settled();
      member.finish();
      assertThat(member.lines())
          .isEqualTo(pieces.stream().mapToLong(piece -> piece.lines().count()).sum());
      return Arrays.copyOf(member.compressed().array(), member.compressed().length());
    }
  }

  private static void add(LineCompressor compressor, String lines) {
    compressor.lines().put(lines.getBytes(StandardCharsets.UTF_8));
  }
}
