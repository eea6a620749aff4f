package io.estat.jsonl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.jsonl.GzipEncoder.Sink;
import io.estat.testkit.Property;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every engine keeps to. The subclasses name the engine. */
abstract class GzipEncoderTest {
  private static final int MIB = 1024 * 1024;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Sink sink = out::write;

  abstract GzipEngine engine();

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, 2, 100, 4096, 131_071, 131_072, 131_073, 262_143, 262_144, 262_145, 1_000_000})
  void givesBackLinesOfAnyLength(int length) throws IOException {
    try (GzipEncoder encoder = engine().encoder(4)) {
      byte[] raw = new byte[length];
      System.arraycopy(SampleData.eventLines(length, 1), 0, raw, 0, length);
      assertRoundTrip(encoder, raw);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9})
  void givesBackLinesAndNoiseAtEveryLevel(int level) throws IOException {
    try (GzipEncoder encoder = engine().encoder(level)) {
      assertRoundTrip(encoder, SampleData.eventLines(2 * MIB, 2));
      assertRoundTrip(encoder, SampleData.incompressible(2 * MIB, 2));
      assertRoundTrip(encoder, new byte[2 * MIB]);
    }
  }

  @Test
  void givesBackTwentyMebibytesOfNoise() throws IOException {
    try (GzipEncoder encoder = engine().encoder(4)) {
      byte[] raw = SampleData.incompressible(20 * MIB, 3);
      assertRoundTrip(encoder, raw);
      assertThat(out.size()).isLessThan(raw.length + raw.length / 100);
    }
  }

  @Test
  void givesBackTwentyMebibytesOfLinesMuchSmaller() throws IOException {
    try (GzipEncoder encoder = engine().encoder(4)) {
      byte[] raw = SampleData.eventLines(20 * MIB, 4);
      assertRoundTrip(encoder, raw);
      assertThat(out.size()).isLessThan(raw.length / 4);
    }
  }

  /** The end of a block then falls on every possible place of the room for output. */
  @Test
  void givesBackLinesWhateverTheRoomForOutput() throws IOException {
    byte[] raw = SampleData.eventLines(140_000, 9);
    byte[] expected;
    try (GzipEncoder encoder = engine().encoder(4)) {
      expected = gzip(encoder, raw);
    }
    for (int room : new int[] {1, 2, 3, 7, 8, 9, 64, 1000, expected.length - 18, 64 * 1024}) {
      RawDeflate deflate = ((DeflateEngine) engine()).deflate().apply(4);
      try (GzipEncoder encoder = new MemberEncoder(deflate, room)) {
        assertThat(gunzip(gzip(encoder, raw))).isEqualTo(raw);
      }
    }
  }

  @Test
  void doesNotDependOnHowTheInputIsCut() throws IOException {
    byte[] raw = SampleData.eventLines(700_000, 5);
    try (GzipEncoder encoder = engine().encoder(4)) {
      byte[] whole = gzip(encoder, raw);
      Property.forAll(
          30,
          random -> random.nextLong(),
          seed -> {
            out.reset();
            encoder.begin(sink);
            writeInPieces(encoder, raw, new Random(seed));
            encoder.finish();
            assertThat(out.toByteArray()).isEqualTo(whole);
          });
    }
  }

  @Test
  void doesNotDependOnWhatTheEncoderDidBefore() throws IOException {
    byte[] raw = SampleData.eventLines(300_000, 6);
    byte[] fresh;
    try (GzipEncoder encoder = engine().encoder(4)) {
      fresh = gzip(encoder, raw);
    }
    try (GzipEncoder encoder = engine().encoder(4)) {
      gzip(encoder, SampleData.incompressible(500_000, 6));
      assertThat(gzip(encoder, raw)).isEqualTo(fresh);
      encoder.begin(sink);
      encoder.write(raw, 1000, 250_000);
      encoder.abandon();
      assertThat(gzip(encoder, raw)).isEqualTo(fresh);
    }
  }

  @Test
  void canBeginAgainWhenTheSinkThrewAtAnyPoint() throws IOException {
    byte[] raw = SampleData.incompressible(400_000, 7);
    try (GzipEncoder encoder = engine().encoder(4)) {
      byte[] expected = gzip(encoder, raw);
      for (int room = 0; room < expected.length; room += 30_000) {
        Sink full = sinkWithRoom(room);
        assertThatThrownBy(
                () -> {
                  encoder.begin(full);
                  encoder.write(raw, 0, raw.length);
                  encoder.finish();
                })
            .isInstanceOf(IOException.class)
            .hasMessage("disk full");
        assertThatIllegalStateException().isThrownBy(() -> encoder.write(raw, 0, 1));
        assertThatIllegalStateException().isThrownBy(encoder::finish);
        encoder.abandon();
        assertThat(gzip(encoder, raw)).isEqualTo(expected);
      }
    }
  }

  @Test
  void makesMembersThatCanBeConcatenated() throws IOException {
    byte[] lines = SampleData.eventLines(200_000, 8);
    try (GzipEncoder encoder = engine().encoder(4)) {
      for (int at = 0; at < lines.length; at += 50_000) {
        encoder.begin(sink);
        encoder.write(lines, at, Math.min(50_000, lines.length - at));
        encoder.finish();
      }
    }
    assertThat(gunzip(out.toByteArray())).isEqualTo(lines);
  }

  @Test
  void writesAHeaderWithoutTimeOrName() throws IOException {
    try (GzipEncoder encoder = engine().encoder(4)) {
      byte[] member = gzip(encoder, "x\n".getBytes(UTF_8));
      assertThat(member).startsWith(0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF);
    }
  }

  @Test
  void refusesCallsOutOfOrder() throws IOException {
    try (GzipEncoder encoder = engine().encoder(4)) {
      assertThatIllegalStateException().isThrownBy(encoder::finish);
      assertThatIllegalStateException().isThrownBy(() -> encoder.write(new byte[1], 0, 1));
      assertThatIllegalStateException().isThrownBy(() -> encoder.write(ByteBuffer.allocate(1)));
      encoder.begin(sink);
      assertThatIllegalStateException().isThrownBy(() -> encoder.begin(sink));
    }
  }

  @Test
  void refusesLevelsThatDoNotExist() {
    assertThatIllegalArgumentException().isThrownBy(() -> engine().encoder(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> engine().encoder(10))
        .withMessageContaining("1 (fast) to 9 (small)");
  }

  @Test
  void closesTwice() {
    GzipEncoder encoder = engine().encoder(4);
    encoder.close();
    encoder.close();
  }

  private void assertRoundTrip(GzipEncoder encoder, byte[] raw) throws IOException {
    out.reset();
    encoder.begin(sink);
    encoder.write(raw, 0, raw.length);
    GzipSummary summary = encoder.finish();
    byte[] member = out.toByteArray();
    assertThat(gunzip(member)).isEqualTo(raw);
    assertThat(summary)
        .isEqualTo(new GzipSummary(raw.length, crc32(raw), member.length, crc32(member)));
  }

  private byte[] gzip(GzipEncoder encoder, byte[] raw) throws IOException {
    out.reset();
    encoder.begin(sink);
    encoder.write(raw, 0, raw.length);
    encoder.finish();
    byte[] member = out.toByteArray();
    out.reset();
    return member;
  }

  private static void writeInPieces(GzipEncoder encoder, byte[] raw, Random random)
      throws IOException {
    for (int at = 0; at < raw.length; ) {
      int limit = random.nextInt(10) == 0 ? 300_000 : 5_000;
      int length = Math.min(random.nextInt(limit), raw.length - at);
      switch (random.nextInt(3)) {
        case 0 -> encoder.write(raw, at, length);
        case 1 -> {
          ByteBuffer heap = ByteBuffer.wrap(raw, at, length);
          encoder.write(heap);
          assertThat(heap.hasRemaining()).isFalse();
        }
        default -> {
          ByteBuffer direct = ByteBuffer.allocateDirect(length + 7).put(raw, at, length).flip();
          encoder.write(direct);
          assertThat(direct.hasRemaining()).isFalse();
        }
      }
      at += length;
    }
  }

  private static Sink sinkWithRoom(int bytes) {
    int[] left = {bytes};
    return (chunk, offset, length) -> {
      left[0] -= length;
      if (left[0] < 0) {
        throw new IOException("disk full");
      }
    };
  }

  private static byte[] gunzip(byte[] bytes) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    }
  }

  private static int crc32(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
