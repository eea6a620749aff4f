package io.estat.ingest.http;

import static io.estat.ingest.http.RawClient.post;
import static io.estat.ingest.http.RawClient.postTo;
import static org.assertj.core.api.Assertions.assertThat;

import io.estat.testkit.Bytes;
import io.estat.testkit.Property;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many events in one body: all or none. */
class NdjsonTest {
  private static final String NDJSON = "Content-Type: application/x-ndjson";

  private static List<String> collected(String body) throws IOException {
    try (CollectServer server = CollectServer.start();
        RawClient client = server.connect()) {
      assertThat(client.ask(post(body, NDJSON)).status()).isEqualTo(200);
      return server.bodies();
    }
  }

  @Test
  void takesEachNonEmptyLineAsAnEvent() throws IOException {
    assertThat(collected("{\"a\":1}\n{\"a\":2}\n")).containsExactly("{\"a\":1}", "{\"a\":2}");
    assertThat(collected("a\n\n\nb")).containsExactly("a", "b");
    assertThat(collected("\n\n  \nb\n")).containsExactly("  ", "b");
  }

  @Test
  void takesCrlfAsALineEnd() throws IOException {
    assertThat(collected("a\r\n\r\nb\r\n\n")).containsExactly("a", "b");
    assertThat(collected("a\rb\r\n")).containsExactly("a\rb");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/x-ndjson",
        "Application/X-NDJSON",
        "application/x-ndjson; charset=utf-8"
      })
  void knowsItsContentTypeInEverySpelling(String type) throws IOException {
    try (CollectServer server = CollectServer.start();
        RawClient client = server.connect()) {
      assertThat(client.ask(post("a\nb", "Content-Type: " + type)).status()).isEqualTo(200);
      assertThat(server.bodies()).containsExactly("a", "b");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\r\n\r\n", "\n\r\n\n"})
  void acceptsNothingOfOnlyEmptyLinesEvenWithoutRoom(String body) throws IOException {
    try (CollectServer server = new ServerPlan().room(1).start();
        RawClient client = server.connect()) {
      assertThat(client.ask(post("fills the room")).status()).isEqualTo(200);
      assertThat(client.ask(post(body, NDJSON)).status()).isEqualTo(200);
      assertThat(server.bodies()).containsExactly("fills the room");
      assertThat(server.counts().accepted()).isEqualTo(2);
    }
  }

  @Test
  void givesEveryLineTheFieldsOfTheRequest() throws IOException {
    try (CollectServer server = CollectServer.start();
        RawClient client = server.connect()) {
      String request = postTo("/collect?site=1", "a\n\u00ff\n", NDJSON, "User-Agent: x");
      assertThat(client.ask(request).status()).isEqualTo(200);
      List<EventJson> events = server.events();
      assertThat(events).hasSize(2);
      assertThat(events)
          .allSatisfy(
              event -> {
                assertThat(event.text("user_agent")).isEqualTo("x");
                assertThat(event.text("query")).isEqualTo("site=1");
              });
      assertThat(events.get(1).bodyBytes()).isEqualTo(new byte[] {(byte) 0xff});
    }
  }

  @Test
  void keepsNothingWhereOnlySomeLinesHaveRoom() throws IOException {
    try (CollectServer server = new ServerPlan().room(3).start();
        RawClient client = server.connect()) {
      assertThat(client.ask(post("first")).status()).isEqualTo(200);
      Answer answer = client.ask(post("a\nb\nc\n", NDJSON));
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.header("retry-after")).isEqualTo("1");
      assertThat(client.ask(post("a\nb\n", NDJSON)).status()).isEqualTo(200);
      assertThat(server.bodies()).containsExactly("first", "a", "b");
    }
  }

  @Test
  void saysThatMoreLinesThanTheServerEverHoldsNeverFit() throws IOException {
    try (CollectServer server = new ServerPlan().room(3).start();
        RawClient client = server.connect()) {
      Answer answer = client.ask(post("a\nb\nc\nd\n", NDJSON));
      assertThat(answer.status()).as("no use in trying again").isEqualTo(413);
      assertThat(answer.text()).doesNotContain("MAX_BODY_SIZE").contains("fewer");
      assertThat(server.bodies()).isEmpty();
    }
  }

  @Test
  void spreadsManyLinesOverBatches() throws IOException {
    var plan = new ServerPlan();
    plan.batchEvents = 7;
    plan.channelEvents = 1_000;
    try (CollectServer server = plan.start();
        RawClient client = server.connect()) {
      List<String> lines = IntStream.range(0, 500).mapToObj(i -> "event " + i).toList();
      assertThat(client.ask(post(String.join("\n", lines), NDJSON)).status()).isEqualTo(200);
      assertThat(server.bodies()).isEqualTo(lines);
      assertThat(server.counts().accepted()).as("one request").isEqualTo(1);
    }
  }

  @Test
  void spreadsLongLinesOverBatchesBySize() throws IOException {
    var plan = new ServerPlan();
    plan.batchBytes = 64 * 1024;
    plan.maxBodyBytes = 400_000;
    try (CollectServer server = plan.start();
        RawClient client = server.connect()) {
      List<String> lines =
          IntStream.range(0, 20).mapToObj(i -> i + "\u0001".repeat(3_000)).toList();
      assertThat(client.ask(post(String.join("\n", lines), NDJSON)).status()).isEqualTo(200);
      assertThat(server.bodies()).isEqualTo(lines);
    }
  }

  @Test
  void anyBodyIsSplitLikeItsPlainTwin() throws IOException {
    try (CollectServer server = CollectServer.start();
        RawClient client = server.connect()) {
      Property.forAll(
          200,
          Bytes.ANY,
          bytes -> {
            String body = new String(bytes, StandardCharsets.ISO_8859_1).replace('a', '\n');
            assertThat(client.ask(post(body, NDJSON)).status()).isEqualTo(200);
            List<String> kept =
                server.events().stream()
                    .map(e -> new String(e.bodyBytes(), StandardCharsets.ISO_8859_1))
                    .toList();
            assertThat(kept).isEqualTo(plainSplit(body));
          });
    }
  }

  private static List<String> plainSplit(String body) {
    List<String> lines = new ArrayList<>(Arrays.asList(body.split("\n", -1)));
    lines.replaceAll(line -> line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
    lines.removeIf(String::isEmpty);
    return lines;
  }
}
