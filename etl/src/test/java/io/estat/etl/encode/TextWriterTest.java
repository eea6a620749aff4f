package io.estat.etl.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.estat.etl.domain.Numbers;
import io.estat.etl.encode.EncodeOptions.BadText;
import io.estat.etl.encode.EncodeOptions.Unsupported;
import io.estat.testkit.Gen;
import io.estat.testkit.Property;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TextWriterTest {
  /** Any UTF-16, often about as long as a piece, most of it plain. */
  private static final Gen<String> UTF16 =
      random -> {
        int length = random.nextInt(4) == 0 ? 4090 + random.nextInt(4200) : random.nextInt(20);
        var text = new StringBuilder();
        for (int i = 0; i < length; i++) {
          text.append(
              switch (random.nextInt(12)) {
                case 0 -> (char) random.nextInt(0x20);
                case 1 -> (char) (0xD800 + random.nextInt(0x400));
                case 2 -> (char) (0xDC00 + random.nextInt(0x400));
                case 3 -> (char) random.nextInt(0x10000);
                case 4 -> random.nextBoolean() ? '"' : '\\';
                default -> (char) (' ' + random.nextInt(0x5F));
              });
        }
        return text.toString();
      };

  private final EncodeCounters counters = new EncodeCounters();
  private final TextWriter writer = new TextWriter("C", EncodeOptions.DEFAULTS, counters);
  private final LineBuffer out = new LineBuffer(1);

  @Test
  void writesAnyTextSoThatAParserReadsItBack() {
    Property.forAll(
        3000,
        UTF16,
        text -> {
          long before = counters.replacedTexts();
          out.clear();
          writer.write(text, out);
          assertThat(parsed()).isEqualTo(valid(text));
          assertThat(counters.replacedTexts() - before).isEqualTo(valid(text).equals(text) ? 0 : 1);
        });
  }

  @Test
  void writesAStreamLikeTheTextItHolds() {
    Property.forAll(
        1000,
        UTF16,
        text -> {
          out.clear();
          writer.write(new Dribble(text), out);
          assertThat(parsed()).isEqualTo(valid(text));
        });
  }

  @Test
  void writesUtf8LikeTheTextItHolds() {
    Property.forAll(
        1000,
        UTF16,
        text -> {
          byte[] utf8 = valid(text).getBytes(StandardCharsets.UTF_8);
          byte[] inside = Arrays.copyOf(utf8, utf8.length + 3);
          out.clear();
          writer.write(inside, 0, utf8.length, out);
          assertThat(parsed()).isEqualTo(valid(text));
        });
    assertThat(counters.replacedTexts()).isZero();
  }

  @Test
  void replacesBytesThatAreNoUtf8() throws Exception {
    writer.write(new byte[] {'a', (byte) 0xED, (byte) 0xA0, (byte) 0x80, 'b'}, 0, 5, out);
    assertThat(parsed()).startsWith("a\uFFFD").endsWith("b");
    assertThat(counters.replacedTexts()).isEqualTo(1);
  }

  @Test
  void failsOnRequestWithTheColumnInTheMessage() {
    var failing =
        new TextWriter(
            "C",
            new EncodeOptions(Numbers.STRING, false, Unsupported.REFUSE, BadText.FAIL),
            counters);
    assertThatThrownBy(() -> failing.write("\uDC00", out))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22021"))
        .hasMessageContaining("column C holds text that is not valid Unicode");
  }

  @Test
  void tellsWhatBrokeAStream() {
    var cause = new SQLException("ORA-22922: nonexistent LOB value");
    var broken =
        new Reader() {
          @Override
          public int read(char[] into, int offset, int length) throws IOException {
            throw new IOException(cause);
          }

          @Override
          public void close() {}
        };
    assertThatThrownBy(() -> writer.write(broken, out)).isSameAs(cause);
  }

  /** Each surrogate without its partner is U+FFFD. */
  private static String valid(String text) {
    return text.codePoints()
        .map(c -> c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private String parsed() throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(out.array(), 0, out.length())) {
      parser.nextToken();
      String text = parser.getText();
      assertThat(parser.nextToken()).isNull();
      return text;
    }
  }

  /** Gives fewer characters than it is asked for. */
  private static final class Dribble extends StringReader {
    private int count;

    Dribble(String text) {
      super(text);
    }

    @Override
    public int read(char[] into, int offset, int length) throws IOException {
      count = count % 7 + 1;
      return super.read(into, offset, Math.min(length, count));
    }

    @Override
    public int read(char[] into) throws IOException {
      return read(into, 0, into.length);
    }
  }
}
