package io.estat.jsonl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.estat.jsonl.JsonLineCheck.LineSink;
import io.estat.jsonl.JsonLineCheck.Result;
import io.estat.testkit.Bytes;
import io.estat.testkit.Gen;
import io.estat.testkit.Property;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLineCheckTest {
  private static final JsonFactory JACKSON = new JsonFactory();
  private static final LineSink NOWHERE = (bytes, offset, length, good) -> {};

  private final List<String> lines = new ArrayList<>();
  private final LineSink collecting =
      (bytes, offset, length, good) ->
          lines.add((good ? "good " : "bad ") + new String(bytes, offset, length, UTF_8));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "\"\"",
        "0",
        "-0",
        "-0.5e-10",
        "1E+2",
        "true",
        "false",
        "null",
        " {\"a\" : 1 }\t\r",
        "[1,[2,{\"a\":{}}],\"\\u00E9\\\"\\\\\\/\\b\\f\\n\\r\\t\"]",
        "\"é😀\u2028\u007f\"",
        "\"\\ud800\"",
        "{\"a\":1,\"a\":2}",
      })
  void takesOneJsonValue(String line) {
    assertThat(isJson(line.getBytes(UTF_8))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "}",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\":1,}",
        "{\"a\"}",
        "{a:1}",
        "{'a':1}",
        "{} {}",
        "1 2",
        "01",
        "-",
        "+1",
        ".5",
        "1.",
        "1e",
        "1e+",
        "0x1",
        "NaN",
        "Infinity",
        "tru",
        "True",
        "nulll",
        "\"",
        "\"\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12G4\"",
        "\"a\tb\"",
        "\ufeff{}",
        "//\n1",
        "[}",
        "{]",
        "\u00a01",
        "[\"a\":1]",
      })
  void refusesEverythingElse(String line) {
    assertThat(isJson(line.getBytes(UTF_8))).isFalse();
  }

  /** Jackson checks the grammar, the JDK the UTF-8. */
  @Test
  void agreesWithJacksonAndTheJdk() {
    Gen<byte[]> gen =
        random ->
            switch (random.nextInt(3)) {
              case 0 -> Bytes.JSON_LIKE.make(random);
              case 1 -> quoted(Bytes.ANY.make(random));
              default -> damaged(SampleData.eventLines(1, random.nextLong()), random);
            };
    int[] good = {0};
    Property.forAll(
        60_000,
        gen,
        bytes -> {
          boolean expected = PlainJsonText.isUtf8(bytes) && jacksonTakes(bytes);
          assertThat(isJson(bytes)).isEqualTo(expected);
          good[0] += expected ? 1 : 0;
        });
    assertThat(good[0]).as("values among them").isGreaterThan(1_000);
  }

  @Test
  void whatTheEscaperWritesIsAlwaysJson() {
    Property.forAll(
        20_000,
        Bytes.ANY,
        src -> {
          byte[] dst = new byte[src.length * JsonText.MAX_ESCAPED_BYTES_PER_BYTE];
          int latin1 = JsonText.escapeLatin1(src, 0, src.length, dst, 0);
          assertThat(isJson(quoted(Arrays.copyOf(dst, latin1)))).isTrue();
          int utf8 = JsonText.escapeUtf8(src, 0, src.length, dst, 0);
          assertThat(utf8 < 0 || isJson(quoted(Arrays.copyOf(dst, utf8)))).isTrue();
        });
  }

  @Test
  void boundsTheDepth() {
    assertThat(isJson(nested(JsonSyntax.MAX_DEPTH))).isTrue();
    assertThat(isJson(nested(JsonSyntax.MAX_DEPTH + 1))).isFalse();
    assertThat(isJson(nested(1_000_000))).isFalse();
  }

  @Test
  void tellsGoodLinesFromBadOnesInOrder() throws IOException {
    assertThat(check("{\"a\":1}\nnope\n\n[2]\n", 100)).isEqualTo(new Result(2, 2, false));
    assertThat(lines).containsExactly("good {\"a\":1}", "bad nope", "bad ", "good [2]");
  }

  @Test
  void allLinesAreGoodInAnEmptyStream() throws IOException {
    Result result = check("", 100);
    assertThat(result).isEqualTo(new Result(0, 0, false));
    assertThat(result.allGood()).isTrue();
  }

  @Test
  void aLastLineWithoutNewlineIsTornEvenIfItIsJson() throws IOException {
    Result result = check("1\n2", 100);
    assertThat(result).isEqualTo(new Result(1, 1, true));
    assertThat(result.allGood()).isFalse();
    assertThat(lines).containsExactly("good 1", "bad 2");
  }

  @Test
  void aLineOverTheMaximumIsBadAndCut() throws IOException {
    assertThat(check("12345\n123456\n1\n1234567", 5)).isEqualTo(new Result(2, 2, true));
    assertThat(lines).containsExactly("good 12345", "bad 12345", "good 1", "bad 12345");
  }

  @Test
  void doesNotDependOnHowTheStreamIsCut() {
    Property.forAll(
        2_000,
        Bytes.JSON_LIKE,
        bytes -> {
          byte[] stream = new String(bytes, UTF_8).replace(" ", "\n").getBytes(UTF_8);
          lines.clear();
          Result whole = checkInPieces(stream, 20, stream.length);
          List<String> expected = List.copyOf(lines);
          for (int piece = 1; piece < 9; piece++) {
            lines.clear();
            assertThat(checkInPieces(stream, 20, piece)).isEqualTo(whole);
            assertThat(lines).isEqualTo(expected);
          }
        });
  }

  @Test
  void letsTheSinksFailureThrough() {
    JsonLineCheck check =
        new JsonLineCheck(
            100,
            (bytes, offset, length, good) -> {
              throw new IOException("disk full");
            });
    assertThatThrownBy(() -> check.accept("1\n".getBytes(UTF_8), 0, 2)).hasMessage("disk full");
  }

  private Result check(String stream, int maxLineBytes) throws IOException {
    byte[] bytes = stream.getBytes(UTF_8);
    return checkInPieces(bytes, maxLineBytes, Math.max(1, bytes.length));
  }

  private Result checkInPieces(byte[] stream, int maxLineBytes, int piece) throws IOException {
    JsonLineCheck check = new JsonLineCheck(maxLineBytes, collecting);
    for (int at = 0; at < stream.length; at += piece) {
      check.accept(stream, at, Math.min(piece, stream.length - at));
    }
    return check.finish();
  }

  /** Through the public door where it fits on a line, else directly. */
  private static boolean isJson(byte[] bytes) {
    boolean direct = new JsonSyntax().isValue(bytes, 0, bytes.length);
    byte[] line = Arrays.copyOf(bytes, bytes.length + 1);
    line[bytes.length] = '\n';
    if (new String(bytes, UTF_8).indexOf('\n') < 0) {
      assertThat(allGood(line)).isEqualTo(direct);
    }
    return direct;
  }

  private static boolean allGood(byte[] stream) {
    try {
      JsonLineCheck check = new JsonLineCheck(stream.length, NOWHERE);
      check.accept(stream, 0, stream.length);
      return check.finish().allGood();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean jacksonTakes(byte[] bytes) {
    try (JsonParser parser = JACKSON.createParser(new String(bytes, UTF_8))) {
      int values = 0;
      int depth = 0;
      for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        values += depth == 0 ? 1 : 0;
        parser.getText(); // strings are checked only when they are read
      }
      return values == 1;
    } catch (IOException e) {
      return false;
    }
  }

  private static byte[] quoted(byte[] inside) {
    byte[] quoted = new byte[inside.length + 2];
    System.arraycopy(inside, 0, quoted, 1, inside.length);
    quoted[0] = '"';
    quoted[inside.length + 1] = '"';
    return quoted;
  }

  private static byte[] damaged(byte[] line, Random random) {
    if (random.nextInt(4) > 0) {
      line[random.nextInt(line.length)] = (byte) random.nextInt(256);
    }
    return line;
  }

  private static byte[] nested(int depth) {
    return ("[".repeat(depth) + "]".repeat(depth)).getBytes(UTF_8);
  }
}
