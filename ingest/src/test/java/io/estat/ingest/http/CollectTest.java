package io.estat.ingest.http;

import static io.estat.ingest.http.RawClient.post;
import static io.estat.ingest.http.RawClient.postTo;
import static io.estat.ingest.http.RawClient.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each method and path answers, row by row. */
class CollectTest extends CollectFixture {
  @Test
  void answersPostWithAnEmpty200AndKeepsTheBody() throws IOException {
    Answer answer = client.ask(post("{\"a\":1}"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("content-length")).isEqualTo("0");
    assertThat(answer.body()).isEmpty();
    assertThat(server.bodies()).containsExactly("{\"a\":1}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "text/plain;charset=UTF-8",
        "image/png",
        "application/x-ndjsonx",
        "multipart/form-data; boundary=x",
        "garbage"
      })
  void keepsABodyOfAnyContentTypeVerbatim(String type) throws IOException {
    String body = "a\r\n\r\n {\"x\": \"\\u00e9\" }\n\t\0end";
    assertThat(client.ask(post(body, "Content-Type: " + type)).status()).isEqualTo(200);
    assertThat(server.event().bodyBytes()).isEqualTo(body.getBytes(ISO_8859_1));
  }

  @Test
  void takesAnEmptyBodyAsAnEvent() throws IOException {
    assertThat(client.ask(post("")).status()).isEqualTo(200);
    assertThat(client.ask(request("POST /collect")).status()).isEqualTo(200);
    assertThat(client.ask(request("POST /collect", "Transfer-Encoding: chunked") + "0\r\n\r\n"))
        .extracting(Answer::status)
        .isEqualTo(200);
    assertThat(server.bodies()).containsExactly("", "", "");
  }

  @Test
  void joinsTheChunksOfAChunkedBody() throws IOException {
    String head = request("POST /collect", "Transfer-Encoding: chunked");
    client.send(head + "3\r\nabc\r\n");
    client.send("4;name=value\r\ndefg\r\n");
    assertThat(client.ask("0\r\nTrailer-Field: x\r\n\r\n").status()).isEqualTo(200);
    assertThat(server.bodies()).containsExactly("abcdefg");
  }

  @Test
  void takesTheRawQueryOfAGetAsTheEvent() throws IOException {
    Answer answer = client.ask(request("GET /collect?e=view&t=%20%zz+%22\"\\?#x"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    EventJson event = server.event();
    assertThat(event.body()).isEqualTo("e=view&t=%20%zz+%22\"\\?#x");
    assertThat(event.fields()).doesNotContainKey("query");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/collect", "/collect?", "/collect.gif", "/collect.gif?"})
  void refusesAGetWithoutAQuery(String target) throws IOException {
    assertThat(client.ask(request("GET " + target)).status()).isEqualTo(400);
    assertThat(server.bodies()).isEmpty();
  }

  @Test
  void takesAnAbsoluteTarget() throws IOException {
    assertThat(client.ask(request("GET http://localhost/collect?a=http://b/c")).status())
        .isEqualTo(200);
    assertThat(client.ask(request("GET http://localhost?a=/collect?b")).status()).isEqualTo(404);
    assertThat(server.bodies()).containsExactly("a=http://b/c");
  }

  @Test
  void answersThePixelWithATransparentGifThatIsNotStored() throws IOException {
    Answer answer = client.ask(request("GET /collect.gif?e=view"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("content-type")).isEqualTo("image/gif");
    assertThat(answer.header("cache-control")).isEqualTo("no-store");
    assertThat(answer.body()).hasSize(43);
    assertThat(new String(answer.body(), 0, 6, ISO_8859_1)).isEqualTo("GIF89a");
    BufferedImage image =
        Objects.requireNonNull(ImageIO.read(new ByteArrayInputStream(answer.body())));
    assertThat(image.getWidth()).isEqualTo(1);
    assertThat(image.getHeight()).isEqualTo(1);
    assertThat(image.getRGB(0, 0) >>> 24).as("alpha").isZero();
    assertThat(server.bodies()).containsExactly("e=view");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/collect", "/collect.gif", "/collect?a=b"})
  void answersOptionsWith204AndNoBody(String target) throws IOException {
    Answer answer = client.ask(request("OPTIONS " + target));
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.header("content-length")).isNull();
    assertThat(client.isUsable()).isTrue();
    assertThat(server.bodies()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /collect, 'GET, POST, OPTIONS'",
    "DELETE, /collect, 'GET, POST, OPTIONS'",
    "PATCH, /collect?a=b, 'GET, POST, OPTIONS'",
    "BREW, /collect, 'GET, POST, OPTIONS'",
    "PUT, /collect.gif?a, 'GET, OPTIONS'",
    "POST, /collect.gif, 'GET, OPTIONS'",
    "POST, /health, 'GET, HEAD'",
    "DELETE, /ready, 'GET, HEAD'",
    "POST, /metrics, 'GET, HEAD'",
  })
  void namesTheAllowedMethodsWhenItRefusesOne(String method, String target, String allowed)
      throws IOException {
    Answer answer = client.ask(request(method + " " + target, "Content-Length: 3") + "abc");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("allow")).isEqualTo(allowed);
    assertThat(client.isUsable()).isTrue();
    assertThat(server.bodies()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/collect", "/collect.gif"})
  void refusesHeadOfTheEventPathsWithoutABody(String target) throws IOException {
    assertThat(client.send(request("HEAD " + target)).answerToHead().status()).isEqualTo(405);
    assertThat(client.isUsable()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/collect/",
        "/Collect",
        "/collectx",
        "/collect.gif/",
        "/%63ollect",
        "*",
        "//collect",
        "/health/x"
      })
  void answersUnknownPathsWith404(String target) throws IOException {
    assertThat(client.ask(request("GET " + target)).status()).isEqualTo(404);
    assertThat(client.ask(postTo(target, "abc")).status()).isEqualTo(404);
    assertThat(client.isUsable()).isTrue();
    assertThat(server.bodies()).isEmpty();
  }

  @Test
  void saysThatItLives() throws IOException {
    Answer answer = client.ask(request("GET /health"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text().strip()).isEqualTo("ok");
  }

  @Test
  void saysThatItIsReadyOrWhyNot() throws IOException {
    assertThat(client.ask(request("GET /ready")).status()).isEqualTo(200);
    server.notReady.set(Optional.of("warming up"));
    Answer answer = client.ask(request("GET /ready"));
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.text().strip()).isEqualTo("warming up");
    assertThat(client.ask(request("GET /health")).status()).isEqualTo(200);
  }

  @Test
  void answersHeadLikeGetButWithoutTheBody() throws IOException {
    for (String path : new String[] {"/health", "/ready", "/metrics"}) {
      Answer get = client.ask(request("GET " + path));
      Answer head = client.send(request("HEAD " + path)).answerToHead();
      assertThat(head.status()).isEqualTo(get.status());
      assertThat(head.headers()).isEqualTo(get.headers());
      assertThat(client.isUsable()).as("nothing follows the head of %s", path).isTrue();
    }
    server.notReady.set(Optional.of("draining"));
    assertThat(client.send(request("HEAD /ready")).answerToHead().status()).isEqualTo(503);
    assertThat(client.isUsable()).isTrue();
  }

  @Test
  void showsTheMetrics() throws IOException {
    Answer answer = client.ask(request("GET /metrics"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("content-type")).startsWith("text/plain");
    assertThat(answer.text()).startsWith("up 1\n");
  }

  @Test
  void refusesEventsOnceTheLastBatchIsSealed() throws IOException {
    server.closeBatch();
    Answer answer = client.ask(post("late"));
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("retry-after")).isEqualTo("1");
  }

  @Test
  void saysOnEveryAnswerThatTheConnectionWillCloseWhileDraining() throws IOException {
    server.http.startDraining();
    for (String request :
        new String[] {
          post("a"),
          request("GET /collect?b"),
          request("GET /health"),
          request("GET /nothing"),
          request("OPTIONS /collect"),
          request("PUT /collect")
        }) {
      try (RawClient one = server.connect()) {
        assertThat(one.ask(request).saysClose()).as(request).isTrue();
        assertThat(one.isClosedByServer()).isTrue();
      }
    }
    assertThat(server.bodies()).containsExactly("a", "b");
  }
}
