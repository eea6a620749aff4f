package io.estat.testkit.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server, spoken to as the pages of Cloud Storage describe it. */
class GcsServerTest {
  private static final int UNIT = 256 * 1024;

  private final GcsServer server = new GcsServer();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeEach
  void createBucket() {
    server.createBucket("bucket");
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @Test
  void completesASessionOfTwoChunksAndATail() throws Exception {
    byte[] bytes = random(2 * UNIT + 10);
    String session = open("dir/a b.gz", "&ifGenerationMatch=0", "{\"metadata\":{\"x\":\"y\"}}");

    HttpResponse<String> first = put(session, bytes, 0, UNIT, "*");
    assertThat(first.statusCode()).isEqualTo(308);
    assertThat(first.headers().firstValue("Range")).contains("bytes=0-262143");
    assertThat(put(session, bytes, UNIT, 2 * UNIT, "*").headers().firstValue("Range"))
        .contains("bytes=0-524287");
    assertThat(server.object("bucket", "dir/a b.gz")).as("before it is complete").isEmpty();
    assertThat(server.openSessions()).isEqualTo(1);

    HttpResponse<String> last = put(session, bytes, 2 * UNIT, bytes.length, "" + bytes.length);
    assertThat(last.statusCode()).isEqualTo(200);
    assertThat(last.body()).contains("\"crc32c\":\"" + crc32c(bytes) + "\"", "\"size\":\"524298\"");
    GcsObject object = server.object("bucket", "dir/a b.gz").orElseThrow();
    assertThat(object.content().bytes()).isEqualTo(bytes);
    assertThat(object.contentType()).isEqualTo("application/gzip");
    assertThat(object.metadata()).containsEntry("x", "y");
    assertThat(server.openSessions()).isZero();
  }

  @Test
  void takesAWholeObjectInOnePutWithoutARange() throws Exception {
    byte[] bytes = random(1000);
    assertThat(send("PUT", open("a", "", ""), bytes).statusCode()).isEqualTo(200);
    assertThat(content("a")).isEqualTo(bytes);
  }

  @Test
  void completesAnEmptyObject() throws Exception {
    assertThat(query(open("empty", "", ""), "bytes */0").statusCode()).isEqualTo(200);
    assertThat(content("empty")).isEmpty();
  }

  @Test
  void completesWithAnEmptyPutThatSaysTheLength() throws Exception {
    byte[] bytes = random(UNIT);
    String session = open("a", "", "");
    put(session, bytes, 0, UNIT, "*");
    assertThat(query(session, "bytes */" + UNIT).statusCode()).isEqualTo(200);
    assertThat(content("a")).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes */*", "bytes */1000000"})
  void saysHowManyBytesItHasAndPublishesNothing(String question) throws Exception {
    String session = open("a", "", "");
    HttpResponse<String> nothing = query(session, question);
    assertThat(nothing.statusCode()).isEqualTo(308);
    assertThat(nothing.headers().firstValue("Range")).isEmpty();
    put(session, random(UNIT), 0, UNIT, "*");
    HttpResponse<String> some = query(session, question);
    assertThat(some.statusCode()).isEqualTo(308);
    assertThat(some.headers().firstValue("Range")).contains("bytes=0-262143");
    assertThat(server.object("bucket", "a")).isEmpty();
  }

  @Test
  void answersTheStatusOfACompleteSessionWithTheObject() throws Exception {
    String session = open("a", "", "");
    put(session, random(10), 0, 10, "10");
    HttpResponse<String> status = query(session, "bytes */*");
    assertThat(status.statusCode()).isEqualTo(200);
    assertThat(status.body()).contains("\"size\":\"10\"");
  }

  @Test
  void passesOverBytesThatItHasAndRefusesAGap() throws Exception {
    byte[] bytes = random(3 * UNIT);
    String session = open("a", "", "");
    put(session, bytes, 0, UNIT, "*");
    assertThat(put(session, bytes, 2 * UNIT, 3 * UNIT, "*").statusCode()).isEqualTo(400);
    assertThat(put(session, bytes, 0, 2 * UNIT, "*").headers().firstValue("Range"))
        .contains("bytes=0-524287");
    put(session, bytes, UNIT, 3 * UNIT, "" + 3 * UNIT);
    assertThat(content("a")).isEqualTo(bytes);
  }

  @Test
  void keepsOnlyWholeUnitsOfAChunkThatIsNotTheLast() throws Exception {
    assertThat(
            put(open("a", "", ""), random(UNIT + 5), 0, UNIT + 5, "*")
                .headers()
                .firstValue("Range"))
        .contains("bytes=0-262143");
  }

  @Test
  void keepsAPartOfAChunkWhenToldTo() throws Exception {
    byte[] bytes = random(4 * UNIT);
    String session = open("a", "", "");
    server.plan(GcsCall.CHUNK, GcsFault.persistsOnly(UNIT));
    assertThat(put(session, bytes, 0, 3 * UNIT, "*").headers().firstValue("Range"))
        .contains("bytes=0-262143");
    server.plan(GcsCall.COMPLETE, GcsFault.persistsOnly(UNIT));
    HttpResponse<String> cut = put(session, bytes, UNIT, 4 * UNIT, "" + 4 * UNIT);
    assertThat(cut.statusCode()).isEqualTo(308);
    assertThat(cut.headers().firstValue("Range")).contains("bytes=0-524287");
    put(session, bytes, 2 * UNIT, 4 * UNIT, "" + 4 * UNIT);
    assertThat(content("a")).isEqualTo(bytes);
  }

  @Test
  void cutsTheConnectionInMidBodyAndKeepsWholeUnits() throws Exception {
    byte[] bytes = random(3 * UNIT);
    String session = open("a", "", "");
    server.plan(GcsCall.COMPLETE, GcsFault.cutsBodyAfter(UNIT + 100));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> put(session, bytes, 0, 3 * UNIT, "" + 3 * UNIT));
    assertThat(query(session, "bytes */*").headers().firstValue("Range"))
        .contains("bytes=0-262143");
  }

  @Test
  void carriesOutWhatItLosesTheAnswerOf() throws Exception {
    String session = open("a", "", "");
    server.plan(GcsCall.COMPLETE, GcsFault.LOSES_ANSWER);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> put(session, random(10), 0, 10, "10"));
    assertThat(query(session, "bytes */*").statusCode()).isEqualTo(200);
    assertThat(server.object("bucket", "a")).isPresent();
  }

  @Test
  void answersWithAStatusForAsLongAsPlannedAndDoesNothing() throws Exception {
    String session = open("a", "", "");
    server.plan(GcsCall.CHUNK, GcsFault.answers(503), GcsFault.answers(429));
    assertThat(put(session, random(UNIT), 0, UNIT, "*").statusCode()).isEqualTo(503);
    assertThat(put(session, random(UNIT), 0, UNIT, "*").statusCode()).isEqualTo(429);
    assertThat(query(session, "bytes */*").headers().firstValue("Range")).isEmpty();
    assertThat(put(session, random(UNIT), 0, UNIT, "*").statusCode()).isEqualTo(308);
  }

  @Test
  void hangsUntilTheClientGivesUp() throws Exception {
    String session = open("a", "", "");
    server.plan(GcsCall.STATUS, GcsFault.HANGS);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(session))
            .timeout(Duration.ofMillis(100))
            .header("Content-Range", "bytes */*")
            .PUT(BodyPublishers.noBody())
            .build();
    assertThatExceptionOfType(HttpTimeoutException.class)
        .isThrownBy(() -> client.send(request, BodyHandlers.discarding()));
  }

  @Test
  void cancelsASessionWith499AndThenItIsGone() throws Exception {
    String session = open("a", "", "");
    put(session, random(UNIT), 0, UNIT, "*");
    assertThat(send("DELETE", session, new byte[0]).statusCode()).isEqualTo(499);
    assertThat(server.openSessions()).isZero();
    assertThat(put(session, random(10), 0, 10, "10").statusCode()).isEqualTo(410);
    assertThat(query(session, "bytes */*").statusCode()).isEqualTo(410);
    assertThat(server.object("bucket", "a")).isEmpty();
  }

  @Test
  void doesNotKnowASessionThatItForgotOrNeverHad() throws Exception {
    String session = open("a", "", "");
    assertThat(query(session + "x", "bytes */*").statusCode()).isEqualTo(404);
    server.plan(GcsCall.CHUNK, GcsFault.FORGETS_SESSION);
    assertThat(put(session, random(UNIT), 0, UNIT, "*").statusCode()).isEqualTo(410);
    assertThat(query(session, "bytes */*").statusCode()).isEqualTo(410);
  }

  @Test
  void refusesAWrongHashInTheHeaderOrInTheMetadata() throws Exception {
    byte[] bytes = random(10);
    String session = open("a", "", "");
    HttpRequest wrong =
        HttpRequest.newBuilder(URI.create(session))
            .header("x-goog-hash", "crc32c=" + crc32c(random(11)))
            .PUT(BodyPublishers.ofByteArray(bytes))
            .build();
    assertThat(client.send(wrong, BodyHandlers.ofString()).statusCode()).isEqualTo(400);
    String other = open("a", "", "{\"crc32c\":\"" + crc32c(random(11)) + "\"}");
    assertThat(send("PUT", other, bytes).statusCode()).isEqualTo(400);
    assertThat(server.object("bucket", "a")).isEmpty();
    String right = open("a", "", "{\"crc32c\":\"" + crc32c(bytes) + "\"}");
    assertThat(send("PUT", right, bytes).statusCode()).isEqualTo(200);
  }

  @Test
  void refusesBytesThatWereDamagedOnTheWay() throws Exception {
    byte[] bytes = random(10);
    String session = open("a", "", "{\"crc32c\":\"" + crc32c(bytes) + "\"}");
    server.plan(GcsCall.COMPLETE, GcsFault.CORRUPTS);
    assertThat(send("PUT", session, bytes).statusCode()).isEqualTo(400);
  }

  @Test
  void checksTheGenerationWhenASessionOpensAndWhenItCompletes() throws Exception {
    String early = open("a", "&ifGenerationMatch=0", "");
    assertThat(send("PUT", open("a", "&ifGenerationMatch=0", ""), random(10)).statusCode())
        .isEqualTo(200);
    HttpResponse<String> late = send("PUT", early, random(20));
    assertThat(late.statusCode()).isEqualTo(412);
    assertThat(late.body()).contains("conditionNotMet");
    assertThat(content("a")).hasSize(10);
    assertThat(
            send("POST", upload("resumable") + "&name=a&ifGenerationMatch=0", new byte[0])
                .statusCode())
        .isEqualTo(412);
  }

  @Test
  void givesEachObjectAGenerationAndTakesConditionsOnIt() throws Exception {
    send("POST", upload("media") + "&name=a", random(1));
    long first = server.object("bucket", "a").orElseThrow().generation();
    send("POST", upload("media") + "&name=a", random(2));
    long second = server.object("bucket", "a").orElseThrow().generation();
    assertThat(second).isGreaterThan(first);
    String at = objects() + "/a?ifGenerationMatch=";
    assertThat(send("DELETE", at + first, new byte[0]).statusCode()).isEqualTo(412);
    assertThat(send("DELETE", at + second, new byte[0]).statusCode()).isEqualTo(204);
    assertThat(send("DELETE", at + second, new byte[0]).statusCode()).isEqualTo(404);
  }

  @Test
  void takesAMultipartUpload() throws Exception {
    String body =
        """
        --bound
        Content-Type: application/json

        {"name":"m","metadata":{"k":"v"}}
        --bound
        Content-Type: text/plain

        line

        --bound--
        """
            .replace("\n", "\r\n");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(upload("multipart")))
            .header("Content-Type", "multipart/related; boundary=bound")
            .POST(BodyPublishers.ofString(body))
            .build();
    assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    GcsObject object = server.object("bucket", "m").orElseThrow();
    assertThat(object.content().bytes()).asString().isEqualTo("line\r\n");
    assertThat(object.contentType()).isEqualTo("text/plain");
    assertThat(object.metadata()).containsEntry("k", "v");
  }

  @Test
  void givesMetadataAndBytesOfAnObject() throws Exception {
    byte[] bytes = random(1000);
    send("POST", upload("media") + "&name=" + encoded("a/b c+d%"), bytes);
    String at = objects() + "/a%2Fb%20c%2Bd%25";
    HttpResponse<String> got = send("GET", at, new byte[0]);
    assertThat(got.body()).contains("\"name\":\"a/b c+d%\"", crc32c(bytes));
    HttpRequest media = HttpRequest.newBuilder(URI.create(at + "?alt=media")).build();
    assertThat(client.send(media, BodyHandlers.ofByteArray()).body()).isEqualTo(bytes);
    assertThat(send("GET", objects() + "/x?alt=media", new byte[0]).statusCode()).isEqualTo(404);
    assertThat(send("GET", server.url() + "/storage/v1/b/none/o/x", new byte[0]).statusCode())
        .isEqualTo(404);
  }

  @Test
  void cutsABodyThatItSends() throws Exception {
    send("POST", upload("media") + "&name=a", random(1000));
    server.plan(GcsCall.MEDIA, GcsFault.cutsAnswerAfter(10));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> send("GET", objects() + "/a?alt=media", new byte[0]));
  }

  @Test
  void listsPageByPageFromAnOffset() throws Exception {
    for (String name : new String[] {"a", "b/1", "b/2", "b/3", "c"}) {
      send("POST", upload("media") + "&name=" + encoded(name), random(1));
    }
    String first = send("GET", objects() + "?prefix=b%2F&maxResults=2", new byte[0]).body();
    assertThat(first).contains("b/1", "b/2").doesNotContain("\"b/3\"", "\"a\"", "\"c\"");
    String token = first.replaceAll(".*\"nextPageToken\":\"([^\"]*)\".*", "$1");
    String second =
        send("GET", objects() + "?prefix=b%2F&pageToken=" + encoded(token), new byte[0]).body();
    assertThat(second).contains("b/3").doesNotContain("b/2", "nextPageToken");
    assertThat(send("GET", objects() + "?startOffset=b%2F3", new byte[0]).body())
        .contains("b/3", "\"c\"")
        .doesNotContain("b/2");
    assertThat(send("GET", objects() + "?prefix=x", new byte[0]).body()).doesNotContain("items");
  }

  @Test
  void refusesWhatItDoesNotKnow() throws Exception {
    assertThat(send("GET", objects() + "?delimiter=x", new byte[0]).statusCode()).isEqualTo(501);
    assertThat(
            send("POST", upload("media") + "&name=a&ifGenerationNotMatch=1", random(1))
                .statusCode())
        .isEqualTo(501);
  }

  @Test
  void keepsNoContentWhenToldTo() throws Exception {
    server.keepNoContent();
    byte[] bytes = random(UNIT + 1);
    send("PUT", open("a", "", ""), bytes);
    GcsContent content = server.object("bucket", "a").orElseThrow().content();
    assertThat(content.length()).isEqualTo(bytes.length);
    assertThat(content.crc32c()).isEqualTo(crc32c(bytes));
  }

  private String objects() {
    return server.url() + "/storage/v1/b/bucket/o";
  }

  private String upload(String type) {
    return server.url() + "/upload/storage/v1/b/bucket/o?uploadType=" + type;
  }

  private String open(String name, String parameters, String metadata) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(upload("resumable") + "&name=" + encoded(name) + parameters))
            .header("X-Upload-Content-Type", "application/gzip")
            .POST(BodyPublishers.ofString(metadata))
            .build();
    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.headers().firstValue("Location").orElseThrow();
  }

  private HttpResponse<String> put(String session, byte[] bytes, int from, int to, String total)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(session))
            .header("Content-Range", "bytes %d-%d/%s".formatted(from, to - 1, total))
            .PUT(BodyPublishers.ofByteArray(bytes, from, to - from))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private HttpResponse<String> query(String session, String range) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(session))
            .header("Content-Range", range)
            .PUT(BodyPublishers.noBody())
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private HttpResponse<String> send(String method, String url, byte[] body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .method(method, BodyPublishers.ofByteArray(body))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private byte[] content(String name) {
    return server.object("bucket", name).orElseThrow().content().bytes();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static String crc32c(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}
