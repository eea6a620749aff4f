package io.estat.ingest.http;

import static io.estat.ingest.http.RawClient.post;
import static io.estat.ingest.http.RawClient.postTo;
import static io.estat.ingest.http.RawClient.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.estat.testkit.Bytes;
import io.estat.testkit.Gen;
import io.estat.testkit.Property;
import java.io.ByteArrayOutputStream;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whatever bytes are sent, the line is one line of valid UTF-8 and JSON (which reading it checks)
 * and gives the same bytes back.
 */
class EventLinePropertyTest extends CollectFixture {
  /** What HTTP permits in a field value (RFC 9110, 5.5), without white space at its ends. */
  private static final Gen<byte[]> FIELD_VALUE =
      permitted(b -> b == '\t' || (b >= ' ' && b != 0x7f), true);

  /** What the server permits in a request target. */
  private static final Gen<byte[]> TARGET = permitted(b -> b > ' ' && b != 0x7f, false);

  @Override
  ServerPlan plan() {
    return new ServerPlan().collectHeaders("referer", "x-any");
  }

  private interface Permits {
    boolean test(int b);
  }

  private static Gen<byte[]> permitted(Permits permits, boolean trimmed) {
    return new Gen<>() {
      @Override
      public byte[] make(Random random) {
        return only(Bytes.ANY.make(random));
      }

      @Override
      public Iterable<byte[]> smaller(byte[] value) {
        return Bytes.ANY.smaller(value);
      }

      private byte[] only(byte[] any) {
        var kept = new ByteArrayOutputStream();
        for (byte b : any) {
          if (permits.test(b & 0xff)) {
            kept.write(b);
          }
        }
        String text = kept.toString(ISO_8859_1);
        return (trimmed ? text.replaceAll("^[ \t]+|[ \t]+$", "") : text).getBytes(ISO_8859_1);
      }
    };
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  @Test
  void anyBodyComesBackTheSame() {
    Property.forAll(
        1_000,
        Bytes.ANY,
        body -> {
          assertThat(client.ask(post(latin1(body))).status()).isEqualTo(200);
          assertThat(server.event().bodyBytes()).isEqualTo(body);
        });
  }

  @Test
  void anyPermittedHeaderValueComesBackTheSame() {
    Property.forAll(
        500,
        FIELD_VALUE,
        value -> {
          String text = latin1(value);
          String request =
              post("x", "User-Agent: " + text, "Cookie:\t" + text + "  ", "X-Any:" + text);
          assertThat(client.ask(request).status()).isEqualTo(200);
          EventJson event = server.event();
          assertThat(event.headerBytes(event.text("user_agent"))).isEqualTo(value);
          assertThat(event.headerBytes(event.text("cookie"))).isEqualTo(value);
          String any = (String) Objects.requireNonNull(event.headers().get("x-any"));
          assertThat(event.headerBytes(any)).isEqualTo(value);
        });
  }

  @Test
  void anyTwoPermittedHeaderValuesComeBackTheSame() {
    record Pair(String first, String second) {}
    Gen<Pair> pairs =
        random -> new Pair(latin1(FIELD_VALUE.make(random)), latin1(FIELD_VALUE.make(random)));
    Property.forAll(
        300,
        pairs,
        pair -> {
          String request = post("x", "User-Agent: " + pair.first, "Referer: " + pair.second);
          assertThat(client.ask(request).status()).isEqualTo(200);
          EventJson event = server.event();
          assertThat(latin1(event.headerBytes(event.text("user_agent")))).isEqualTo(pair.first);
          String referer = (String) Objects.requireNonNull(event.headers().get("referer"));
          assertThat(latin1(event.headerBytes(referer))).isEqualTo(pair.second);
        });
  }

  @Test
  void anyQueryComesBackTheSame() {
    Property.forAll(
        300,
        TARGET,
        bytes -> {
          String query = "q" + latin1(bytes);
          assertThat(client.ask(request("GET /collect?" + query)).status()).isEqualTo(200);
          assertThat(latin1(server.event().bodyBytes())).isEqualTo(query);
          assertThat(client.ask(postTo("/collect?" + query, "x")).status()).isEqualTo(200);
          EventJson event = server.event();
          assertThat(latin1(event.headerBytes(event.text("query")))).isEqualTo(query);
        });
  }
}
