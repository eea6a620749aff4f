package io.estat.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.estat.storage.ByteContent;
import io.estat.storage.ObjectPut;
import io.estat.storage.PutOutcome;
import io.estat.storage.StoreException;
import io.estat.testkit.RawHttpServer;
import io.estat.testkit.RawHttpServer.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What really goes over the connection, seen by a server that only reads and writes it down. */
class S3WireTest {
  private record Received(Request request, ByteBuffer body) {}

  private final LinkedBlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private final RawHttpServer server = new RawHttpServer(this::writeDown);
  private final S3Store store = S3Stores.at(server.url());
  private volatile String status = "200 OK";

  private void writeDown(Request request) throws IOException {
    request.welcomeBody();
    byte[] body = request.body().readNBytes((int) request.contentLength());
    received.add(new Received(request, ByteBuffer.wrap(body)));
    request.answer(status, "ETag: \"0\"", "Content-Length: 0", "Connection: close");
  }

  @AfterEach
  void close() {
    store.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9, 3_000_000})
  void sendsTheBytesAsTheyAreWithLengthAndChecksum(int length) throws Exception {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);

    Received put = put(new ByteContent(bytes), true);

    assertThat(put.body).isEqualTo(ByteBuffer.wrap(bytes));
    assertThat(put.request.header("Content-Length")).contains(Integer.toString(length));
    assertThat(put.request.header("Transfer-Encoding")).isEmpty();
    assertThat(put.request.header("Content-Encoding")).isEmpty();
    assertThat(put.request.header("x-amz-trailer")).isEmpty();
    assertThat(put.request.header("x-amz-decoded-content-length")).isEmpty();
    assertThat(String.join("\n", put.request.head()).toLowerCase(Locale.ROOT))
        .doesNotContain("aws-chunked", "streaming-");
  }

  @Test
  void sendsTheCrcOfTheContentAsS3WantsIt() throws Exception {
    // The check value of CRC-32: 0xCBF43926 for the digits 1 to 9.
    Received put = put(new ByteContent("123456789".getBytes(StandardCharsets.US_ASCII)), true);

    byte[] bigEndian = {(byte) 0xcb, (byte) 0xf4, 0x39, 0x26};
    assertThat(put.request.header("x-amz-checksum-crc32"))
        .contains(Base64.getEncoder().encodeToString(bigEndian));
    assertThat(headers(put, "x-amz-checksum-")).hasSize(1);
  }

  @Test
  void sendsTypeMetadataAndConditionByPathStyle() throws Exception {
    Received put = put(new ByteContent(new byte[5]), true);

    assertThat(put.request.head().getFirst()).isEqualTo("PUT /bucket/raw/a%20b%2Bc.gz HTTP/1.1");
    assertThat(put.request.header("Content-Type")).contains("application/gzip");
    assertThat(put.request.header("x-amz-meta-batch")).contains("1767322800_host_1");
    assertThat(put.request.header("If-None-Match")).contains("*");
    assertThat(put.request.header("Authorization").orElse("")).contains("/us-east-1/s3/");
  }

  @Test
  void sendsNoConditionWithAPlainPut() throws Exception {
    assertThat(put(new ByteContent(new byte[5]), false).request.header("If-None-Match")).isEmpty();
  }

  /** Then a store that refuses the put says so before megabytes were sent in vain. */
  @Test
  void asksBeforeItSendsALargeBody() throws Exception {
    Received put = put(new ByteContent(new byte[3_000_000]), true);
    assertThat(put.request.header("Expect")).contains("100-continue");
  }

  /** What to repeat, and when, is the caller's: the SDK repeats none of these by itself. */
  @ParameterizedTest
  @ValueSource(strings = {"503 Slow Down", "503 Service Unavailable", "500 Internal Server Error"})
  void sendsOneRequestWhateverIsWrongWithTheStore(String refusal) throws Exception {
    status = refusal;
    ObjectPut put = request(new ByteContent(new byte[3_000_000]), true);
    assertThatExceptionOfType(StoreException.class).isThrownBy(() -> store.put(put));
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store.head(put.key(), Duration.ofSeconds(20)));

    assertThat(received).map(each -> each.request.method()).containsExactly("PUT", "HEAD");
    assertThat(received.take().body).isEqualTo(ByteBuffer.allocate(3_000_000));
  }

  private Received put(ByteContent content, boolean onlyIfAbsent) throws Exception {
    assertThat(store.put(request(content, onlyIfAbsent))).isEqualTo(PutOutcome.STORED);
    assertThat(received).as("requests for one put").hasSize(1);
    return received.take();
  }

  private static ObjectPut request(ByteContent content, boolean onlyIfAbsent) {
    return new ObjectPut(
        "raw/a b+c.gz",
        content,
        "application/gzip",
        Map.of("batch", "1767322800_host_1"),
        onlyIfAbsent,
        Duration.ofSeconds(20));
  }

  private static List<String> headers(Received put, String start) {
    return put.request.head().stream()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
        .toList();
  }
}
