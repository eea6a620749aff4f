package io.estat.jsonl;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.estat.testkit.Bytes;
import io.estat.testkit.Property;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class JsonTextTest {
  @Test
  void escapesExactlyWhatMustBe() {
    assertThat(escaped("a\"b\\c/\n\r\t\b\f\0\u001f\u007f\u2028é😀"))
        .isEqualTo("a\\\"b\\\\c/\\n\\r\\t\\b\\f\\u0000\\u001f\u007f\u2028é😀");
  }

  @Test
  void writesEachByteAsTheCharacterOfItsNumber() {
    byte[] dst = new byte[40];
    byte[] src = {'a', '"', (byte) 0x80, (byte) 0xE9, (byte) 0xFF, 1};
    int end = JsonText.escapeLatin1(src, 0, src.length, dst, 3);
    assertThat(new String(dst, 3, end - 3, UTF_8)).isEqualTo("a\\\"\u0080éÿ\\u0001");
  }

  @Test
  void agreesWithThePlainTwinOnAnyBytes() {
    Property.forAll(20_000, Bytes.ANY, JsonTextTest::assertSameAsTwin);
  }

  @Test
  void agreesWithThePlainTwinOnEveryOneAndTwoByteString() {
    for (int first = 0; first < 256; first++) {
      assertSameAsTwin(new byte[] {(byte) first});
      for (int second = 0; second < 256; second++) {
        assertSameAsTwin(new byte[] {(byte) first, (byte) second});
      }
    }
  }

  /** Every second byte, and the others at and beside the edges of continuation bytes. */
  @Test
  void agreesWithThePlainTwinBehindEveryLongLead() {
    int[] others = {0x00, 0x22, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF};
    for (int lead = 0xE0; lead < 0x100; lead++) {
      for (int second = 0; second < 256; second++) {
        for (int third : others) {
          assertSameAsTwin(new byte[] {(byte) lead, (byte) second, (byte) third});
          for (int fourth : others) {
            assertSameAsTwin(new byte[] {(byte) lead, (byte) second, (byte) third, (byte) fourth});
          }
        }
      }
    }
  }

  @Test
  void findsEveryByteAtEveryPlaceOfALongRun() {
    for (int at = 0; at < 24; at++) {
      for (int b = 0; b < 256; b++) {
        byte[] src = "abcdefghijklmnopqrstuvwx".getBytes(US_ASCII);
        src[at] = (byte) b;
        assertSameAsTwin(src);
      }
    }
  }

  /** What the caller must provide is exactly what is used: nothing behind the output is touched. */
  @Test
  void writesNothingBehindItsOutput() {
    Property.forAll(
        20_000,
        Bytes.UTF8,
        src -> {
          byte[] expected = Objects.requireNonNull(PlainJsonText.escapeUtf8(src));
          byte[] dst = new byte[expected.length];
          assertThat(JsonText.escapeUtf8(src, 0, src.length, dst, 0)).isEqualTo(expected.length);
        });
  }

  @Test
  void writesBase64LikeTheJdk() {
    Property.forAll(
        5_000,
        Bytes.RANDOM,
        src -> {
          byte[] dst = new byte[src.length * 2 + 9];
          int end = JsonText.base64(src, 0, src.length, dst, 5);
          assertThat(PlainJsonText.trimmed(dst, 5, end)).isEqualTo(Base64.getEncoder().encode(src));
        });
  }

  /** Also checks that offsets on both sides are kept to. */
  private static void assertSameAsTwin(byte[] bytes) {
    byte[] src = new byte[bytes.length + 5];
    Arrays.fill(src, (byte) '"');
    System.arraycopy(bytes, 0, src, 2, bytes.length);
    int from = 2;
    int to = 2 + bytes.length;
    byte[] dst = new byte[bytes.length * JsonText.MAX_ESCAPED_BYTES_PER_BYTE + 3];
    int utf8End = JsonText.escapeUtf8(src, from, to, dst, 3);
    byte[] expected = PlainJsonText.escapeUtf8(bytes);
    if (expected == null) {
      assertSame(utf8End == -1, bytes);
    } else {
      assertSame(Arrays.equals(dst, 3, Math.max(3, utf8End), expected, 0, expected.length), bytes);
    }
    int latin1End = JsonText.escapeLatin1(src, from, to, dst, 3);
    byte[] latin1 = PlainJsonText.escapeLatin1(bytes);
    assertSame(Arrays.equals(dst, 3, latin1End, latin1, 0, latin1.length), bytes);
  }

  private static void assertSame(boolean same, byte[] bytes) {
    if (!same) {
      throw new AssertionError("differs from the plain twin for " + Arrays.toString(bytes));
    }
  }

  private static String escaped(String text) {
    byte[] src = text.getBytes(UTF_8);
    byte[] dst = new byte[src.length * JsonText.MAX_ESCAPED_BYTES_PER_BYTE];
    return new String(dst, 0, JsonText.escapeUtf8(src, 0, src.length, dst, 0), UTF_8);
  }
}
