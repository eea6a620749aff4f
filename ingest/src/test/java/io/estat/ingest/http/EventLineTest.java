package io.estat.ingest.http;

import static io.estat.ingest.http.RawClient.post;
import static io.estat.ingest.http.RawClient.postTo;
import static io.estat.ingest.http.RawClient.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every field of an event line, its place, and when it is left out. */
class EventLineTest {
  private static final long TS = CollectServer.START.getEpochSecond();

  private static EventJson sent(ServerPlan plan, String request) throws IOException {
    return EventJson.of(line(plan, request).getBytes(ISO_8859_1));
  }

  private static String line(ServerPlan plan, String request) throws IOException {
    try (CollectServer server = plan.start();
        RawClient client = server.connect()) {
      assertThat(client.ask(request).status()).isEqualTo(200);
      List<byte[]> lines = server.lines();
      assertThat(lines).hasSize(1);
      return new String(lines.getFirst(), ISO_8859_1);
    }
  }

  private static String bytesOf(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  @Test
  void hasItsFieldsInThisOrder() throws IOException {
    String line =
        line(
            new ServerPlan().collectHeaders("referer", "origin", "dnt"),
            postTo(
                "/collect?a=b",
                "text",
                "Origin: https://a.example.com",
                "Cookie: id=1",
                "Referer: https://a.example.com/x",
                "User-Agent: Mozilla/5.0",
                "X-Forwarded-For: 203.0.113.7"));
    assertThat(line)
        .isEqualTo(
            "{\"ts\":"
                + TS
                + ",\"ip\":\"203.0.113.7\",\"user_agent\":\"Mozilla/5.0\",\"cookie\":\"id=1\","
                + "\"query\":\"a=b\",\"headers\":{\"referer\":\"https://a.example.com/x\","
                + "\"origin\":\"https://a.example.com\"},\"body\":\"text\"}\n");
  }

  @Test
  void leavesOutWhatIsAbsent() throws IOException {
    var plan = new ServerPlan().ipMode(ClientAddress.Mode.NONE).collectHeaders("referer");
    assertThat(line(plan, post("x"))).isEqualTo("{\"ts\":" + TS + ",\"body\":\"x\"}\n");
  }

  @Test
  void keepsTheMinimumOfADefaultServer() throws IOException {
    assertThat(line(new ServerPlan(), post("x")))
        .isEqualTo("{\"ts\":" + TS + ",\"ip\":\"127.0.0.1\",\"body\":\"x\"}\n");
  }

  @Test
  void keepsHeadersThatAreThereAndEmpty() throws IOException {
    EventJson event = sent(new ServerPlan(), post("x", "User-Agent:", "Cookie: "));
    assertThat(event.text("user_agent")).isEmpty();
    assertThat(event.text("cookie")).isEmpty();
  }

  @Test
  void takesItsSecondsFromTheClockAndNeverGoesBackWithinABatch() throws IOException {
    try (CollectServer server = CollectServer.start();
        RawClient client = server.connect()) {
      client.ask(post("a"));
      server.clock.advance(Duration.ofMillis(1_999));
      client.ask(post("b"));
      server.clock.step(Duration.ofSeconds(-5));
      client.ask(post("c"));
      server.clock.advance(Duration.ofSeconds(9));
      client.ask(post("d"));
      assertThat(server.events())
          .extracting(event -> event.field("ts"))
          .containsExactly(TS, TS + 1, TS + 1, TS + 5);
    }
  }

  @Test
  void joinsHeadersThatAreThereSeveralTimes() throws IOException {
    EventJson event =
        sent(
            new ServerPlan().collectHeaders("via"),
            post(
                "x",
                "Cookie: a=1",
                "Via: one",
                "User-Agent: u",
                "Cookie: b=2; c=3",
                "Via: two",
                "USER-AGENT: v"));
    assertThat(event.text("cookie")).isEqualTo("a=1; b=2; c=3");
    assertThat(event.text("user_agent")).isEqualTo("u, v");
    assertThat(event.headers()).containsExactly(java.util.Map.entry("via", "one, two"));
  }

  @Test
  void leavesTheCookieOutWhereItIsNotCollected() throws IOException {
    EventJson event = sent(new ServerPlan().withoutCookie(), post("x", "Cookie: a=1"));
    assertThat(event.fields()).doesNotContainKey("cookie");
  }

  @Test
  void keepsTheQueryOfAPostAndNotThatOfAGetTwice() throws IOException {
    assertThat(sent(new ServerPlan(), postTo("/collect?a=%20\"", "x")).text("query"))
        .isEqualTo("a=%20\"");
    assertThat(sent(new ServerPlan(), postTo("/collect?", "x")).fields())
        .doesNotContainKey("query");
    EventJson get = sent(new ServerPlan(), request("GET /collect?a=b"));
    assertThat(get.body()).isEqualTo("a=b");
    assertThat(get.fields()).doesNotContainKey("query");
  }

  @Test
  void keepsValidUtf8AsItIs() throws IOException {
    String text = "π — 👩‍👩‍👧 é";
    EventJson event =
        sent(
            new ServerPlan().collectHeaders("x-name"),
            post(bytesOf(text), bytesOf("User-Agent: " + text), bytesOf("X-Name: " + text)));
    assertThat(event.body()).isEqualTo(text);
    assertThat(event.text("user_agent")).isEqualTo(text);
    assertThat(event.headers()).containsEntry("x-name", text);
    assertThat(event.isLatin1()).isFalse();
    assertThat(event.fields()).doesNotContainKey("latin1");
  }

  @Test
  void putsABodyThatIsNotUtf8InBase64() throws IOException {
    EventJson event = sent(new ServerPlan(), post("a\u00ff\u00fe"));
    assertThat(event.text("body_base64")).isEqualTo("Yf/+");
    assertThat(event.fields()).doesNotContainKeys("body", "latin1");
  }

  @Test
  void readsEveryHeaderOfALineAsLatin1WhereOneIsNotUtf8() throws IOException {
    String valid = bytesOf("é");
    EventJson event =
        sent(
            new ServerPlan().collectHeaders("x-broken"),
            postTo(
                "/collect?q=" + valid,
                bytesOf("é"),
                "User-Agent: " + valid,
                "Cookie: plain",
                "X-Broken: caf\u00e9"));
    assertThat(event.isLatin1()).isTrue();
    assertThat(event.headers()).containsEntry("x-broken", "café");
    assertThat(event.text("user_agent")).as("each byte a character").isEqualTo("Ã©");
    assertThat(event.headerBytes(event.text("user_agent"))).isEqualTo("é".getBytes(UTF_8));
    assertThat(event.headerBytes(event.text("query"))).isEqualTo("q=é".getBytes(UTF_8));
    assertThat(event.text("cookie")).isEqualTo("plain");
    assertThat(event.body()).as("the mark is about headers only").isEqualTo("é");
  }

  @Test
  void marksOnlyTheLineThatNeedsIt() throws IOException {
    try (CollectServer server = CollectServer.start();
        RawClient client = server.connect()) {
      client.ask(post("a", "User-Agent: caf\u00e9"));
      client.ask(post("b", bytesOf("User-Agent: café")));
      List<EventJson> events = server.events();
      assertThat(events).extracting(EventJson::isLatin1).containsExactly(true, false);
      assertThat(events).extracting(e -> e.text("user_agent")).containsExactly("café", "café");
    }
  }

  @Test
  void keepsLinesOfAMegabyteOfEscapes() throws IOException {
    var plan = new ServerPlan().maxBodyBytes(500_000);
    plan.batchBytes = 8 << 20;
    try (CollectServer server = plan.start();
        RawClient client = server.connect()) {
      String body = "\u0001".repeat(500_000);
      assertThat(client.ask(post(body)).status()).isEqualTo(200);
      assertThat(server.event().body()).isEqualTo(body);
    }
  }

  @Test
  void noLineIsLongerThanTheWorst() throws IOException {
    var plan = new ServerPlan().maxBodyBytes(1_000).collectHeaders("a", "b");
    String filler = "\t".repeat(7_000);
    String line =
        line(
            plan,
            postTo(
                "/collect?" + "\"".repeat(32_000),
                "\0".repeat(1_000),
                "A: x" + filler + "x",
                "B: x" + filler + "x",
                "Cookie: x" + filler + "x",
                "User-Agent: x" + filler + "x"));
    assertThat((long) line.length())
        .isLessThanOrEqualTo(EventLine.worstLineBytes(1_000, plan.line()));
  }
}
