package io.estat.ingest.http;

import static io.estat.ingest.http.RawClient.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.estat.testkit.Bytes;
import io.estat.testkit.Property;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packed bodies are unpacked under the limit of plain ones (RFC 1952). */
class GzipBodyTest extends CollectFixture {
  static byte[] gzip(byte[] plain) {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private static byte[] joined(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private int statusOf(byte[] packed, String... more) throws IOException {
    String[] headers = Arrays.copyOf(more, more.length + 2);
    headers[more.length] = "Content-Encoding: gzip";
    headers[more.length + 1] = "Content-Length: " + packed.length;
    client.send(request("POST /collect", headers)).send(packed);
    return client.answer().status();
  }

  @Test
  void keepsTheUnpackedBody() throws IOException {
    assertThat(statusOf(gzip("{\"a\":1}".getBytes(UTF_8)))).isEqualTo(200);
    assertThat(server.bodies()).containsExactly("{\"a\":1}");
  }

  @Test
  void unpacksAnyBodyToTheSameBytes() {
    Property.forAll(
        200,
        Bytes.ANY,
        plain -> {
          assertThat(statusOf(gzip(plain))).isEqualTo(200);
          assertThat(server.event().bodyBytes()).isEqualTo(plain);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "GZIP", "x-gzip"})
  void knowsTheNamesOfGzip(String name) throws IOException {
    byte[] packed = gzip("a".getBytes(UTF_8));
    client
        .send(
            request(
                "POST /collect", "Content-Encoding: " + name, "Content-Length: " + packed.length))
        .send(packed);
    assertThat(client.answer().status()).isEqualTo(200);
    assertThat(server.bodies()).containsExactly("a");
  }

  @Test
  void unpacksAChunkedBodyOfManyPieces() throws IOException {
    client.send(request("POST /collect", "Content-Encoding: gzip", "Transfer-Encoding: chunked"));
    for (byte next : gzip("piece by piece".getBytes(UTF_8))) {
      client.send("1\r\n").send(new byte[] {next}).send("\r\n");
    }
    assertThat(client.ask("0\r\n\r\n").status()).isEqualTo(200);
    assertThat(server.bodies()).containsExactly("piece by piece");
  }

  @Test
  void unpacksLinesOfNdjson() throws IOException {
    byte[] packed = gzip("a\nb\n".getBytes(UTF_8));
    assertThat(statusOf(packed, "Content-Type: application/x-ndjson")).isEqualTo(200);
    assertThat(server.bodies()).containsExactly("a", "b");
  }

  @Test
  void unpacksConcatenatedMembers() throws IOException {
    assertThat(statusOf(joined(gzip("a".getBytes(UTF_8)), gzip("b".getBytes(UTF_8)))))
        .isEqualTo(200);
    assertThat(server.bodies()).containsExactly("ab");
  }

  /** Extra field, name, comment and header checksum, as RFC 1952, 2.3 allows. */
  @Test
  void skipsTheOptionalPartsOfAHeader() throws IOException {
    byte[] plain = gzip("a".getBytes(UTF_8));
    byte[] head =
        HexFormat.of().parseHex("1f8b081c00000000" + "00ff" + "0300616263" + "6e00" + "6300");
    assertThat(statusOf(joined(head, Arrays.copyOfRange(plain, 10, plain.length)))).isEqualTo(200);
    assertThat(server.bodies()).containsExactly("a");
  }

  @Test
  void refusesABombAtTheLimit() throws IOException {
    assertThat(statusOf(gzip(new byte[16_384]))).isEqualTo(200);
    assertThat(statusOf(gzip(new byte[16_385]))).isEqualTo(413);
    assertThat(statusOf(gzip(new byte[10_000_000]))).isEqualTo(413);
    assertThat(client.isUsable()).isTrue();
    assertThat(server.events()).hasSize(1);
  }

  @Test
  void refusesPackedBytesThatCannotBeWithinTheLimit() throws IOException {
    assertThat(statusOf(new byte[20_000])).isEqualTo(413);
    assertThat(client.isUsable()).isTrue();
  }

  @Test
  void refusesEveryCutOfAGzipBody() throws IOException {
    byte[] packed = joined(gzip("one".getBytes(UTF_8)), gzip("two".getBytes(UTF_8)));
    int first = gzip("one".getBytes(UTF_8)).length;
    for (int length = 0; length < packed.length; length++) {
      int expected = length == first ? 200 : 400;
      assertThat(statusOf(Arrays.copyOf(packed, length)))
          .as("cut to %d", length)
          .isEqualTo(expected);
    }
    assertThat(server.bodies()).containsExactly("one");
    assertThat(client.isUsable()).isTrue();
  }

  @Test
  void noticesAnyFlippedBitThatChangesTheBody() throws IOException {
    String body = "some text, some more text";
    byte[] packed = gzip(body.getBytes(UTF_8));
    int unnoticed = 0;
    for (int bit = 10 * 8; bit < packed.length * 8; bit++) {
      byte[] broken = packed.clone();
      broken[bit / 8] ^= (byte) (1 << bit % 8);
      if (statusOf(broken) == 200) {
        unnoticed++;
        assertThat(server.bodies()).as("bit %d", bit).containsExactly(body);
      }
    }
    assertThat(unnoticed).as("only the bits that fill the last byte").isLessThan(8);
    assertThat(server.events()).isEmpty();
  }

  @Test
  void refusesWhatIsNotGzip() throws IOException {
    byte[] packed = gzip("a".getBytes(UTF_8));
    assertThat(statusOf("plain".getBytes(ISO_8859_1))).isEqualTo(400);
    assertThat(statusOf(joined(packed, "garbage".getBytes(UTF_8)))).isEqualTo(400);
    assertThat(statusOf(joined(packed, new byte[40]))).isEqualTo(400);
    assertThat(server.events()).isEmpty();
  }

  @Test
  void refusesOtherCodings() throws IOException {
    for (String coding : new String[] {"br", "deflate", "gzip, gzip", "zstd"}) {
      Answer answer = client.ask(RawClient.post("a", "Content-Encoding: " + coding));
      assertThat(answer.status()).isEqualTo(415);
      assertThat(answer.header("accept-encoding")).isEqualTo("gzip");
    }
    assertThat(client.ask(RawClient.post("a", "Content-Encoding: identity")).status())
        .isEqualTo(200);
    assertThat(server.bodies()).containsExactly("a");
  }
}
