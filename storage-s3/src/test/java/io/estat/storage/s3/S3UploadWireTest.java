package io.estat.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.estat.storage.ObjectUpload;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import io.estat.storage.UploadBudget;
import io.estat.storage.UploadOutcome;
import io.estat.storage.UploadRetry;
import io.estat.testkit.RawHttpServer;
import io.estat.testkit.RawHttpServer.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A multipart upload on the wire, and answers to its completion that no server gives on demand. */
class S3UploadWireTest {
  private static final int PART = 5 << 20;
  private static final String ID = "the-upload-id-is-a-secret";
  private static final String CREATED =
      "<InitiateMultipartUploadResult><Bucket>bucket</Bucket><Key>t/k</Key><UploadId>"
          + ID
          + "</UploadId></InitiateMultipartUploadResult>";
  private static final String COMPLETED =
      "<CompleteMultipartUploadResult><ETag>\"e\"</ETag></CompleteMultipartUploadResult>";

  /** How the next completions are answered: status line and body. */
  private record Answer(String status, String body) {}

  private final Queue<Answer> completions = new ArrayDeque<>();
  private final Queue<String> created = new ArrayDeque<>();
  private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
  private volatile boolean fullObject = true;
  private volatile boolean visible;
  private volatile String abort = "204 No Content";
  private volatile String completion = "";
  private final RawHttpServer server = new RawHttpServer(this::handle);
  private final S3Store store = S3Stores.at(server.url());

  private void handle(Request request) throws IOException {
    request.welcomeBody();
    byte[] body = request.body().readNBytes((int) request.contentLength());
    requests.add(request);
    String query = request.path().contains("?") ? request.path().split("\\?", 2)[1] : "";
    switch (request.method()) {
      case "PUT" -> answer(request, "200 OK", "", "ETag: \"e\"");
      case "DELETE" -> answer(request, query.isEmpty() ? "204 No Content" : abort, "");
      case "HEAD" -> {
        if (visible) {
          String mark = requests.getFirst().header("x-amz-meta-estat-upload").orElseThrow();
          answer(request, "200 OK", "", "x-amz-meta-estat-upload: " + mark);
        } else {
          answer(request, "404 Not Found", "");
        }
      }
      default -> {
        if (query.startsWith("uploads")) {
          String type = fullObject ? "FULL_OBJECT" : "COMPOSITE";
          String opened = Optional.ofNullable(created.poll()).orElse(CREATED);
          answer(request, "200 OK", opened, "x-amz-checksum-type: " + type);
        } else {
          completion = new String(body, StandardCharsets.UTF_8);
          Answer next = Optional.ofNullable(completions.poll()).orElse(ok());
          answer(request, next.status, next.body);
        }
      }
    }
  }

  private static Answer ok() {
    return new Answer("200 OK", COMPLETED);
  }

  private static String error(String code) {
    return "<Error><Code>" + code + "</Code><Message>as the test wants it</Message></Error>";
  }

  private static void answer(Request request, String status, String body, String... headers)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    var all = new ArrayList<>(List.of(headers));
    all.add("Content-Type: application/xml");
    all.add("Content-Length: " + bytes.length);
    all.add("Connection: close");
    request.answer(status, all.toArray(String[]::new));
    request.socket().getOutputStream().write(bytes);
  }

  @AfterEach
  void close() {
    store.close();
    server.close();
  }

  @Test
  void sendsChecksumsOfPartsAndOfTheWholeAndTheConditionAtTheEnd() throws Exception {
    byte[] bytes = bytes(2 * PART + 10);
    assertThat(upload(bytes)).isInstanceOf(UploadOutcome.Stored.class);

    Request create = requests.getFirst();
    assertThat(create.head().getFirst()).isEqualTo("POST /bucket/t/k?uploads HTTP/1.1");
    assertThat(create.header("Content-Type")).contains("application/gzip");
    assertThat(create.header("Content-Encoding")).isEmpty();
    assertThat(create.header("x-amz-checksum-algorithm")).contains("CRC32C");
    assertThat(create.header("x-amz-checksum-type")).contains("FULL_OBJECT");
    assertThat(create.header("x-amz-meta-job")).contains("j1");
    assertThat(create.header("x-amz-meta-estat-upload")).isPresent();

    List<Request> parts = requests.stream().filter(r -> r.method().equals("PUT")).toList();
    assertThat(parts).hasSize(3);
    for (Request part : parts) {
      int number = Integer.parseInt(part.path().replaceAll(".*partNumber=(\\d+).*", "$1"));
      int from = (number - 1) * PART;
      int to = Math.min(bytes.length, from + PART);
      assertThat(part.contentLength()).isEqualTo(to - from);
      assertThat(part.header("x-amz-checksum-crc32c")).contains(crc32c(bytes, from, to));
      assertThat(part.header("Content-Encoding")).isEmpty();
      assertThat(part.header("x-amz-trailer")).isEmpty();
      assertThat(part.header("If-None-Match")).isEmpty();
      assertThat(completion)
          .containsSubsequence(
              "<ChecksumCRC32C>" + crc32c(bytes, from, to), "<PartNumber>" + number);
    }

    Request complete = requests.getLast();
    assertThat(complete.head().getFirst()).startsWith("POST /bucket/t/k?uploadId=");
    assertThat(complete.header("If-None-Match")).contains("*");
    assertThat(complete.header("x-amz-checksum-type")).contains("FULL_OBJECT");
    assertThat(complete.header("x-amz-checksum-crc32c")).contains(crc32c(bytes, 0, bytes.length));
  }

  @Test
  void sendsNoSumOfTheWholeToAServerThatOnlyKnowsSumsOfParts() throws Exception {
    fullObject = false;
    assertThat(upload(bytes(PART + 1))).isInstanceOf(UploadOutcome.Stored.class);
    Request complete = requests.getLast();
    assertThat(complete.header("x-amz-checksum-crc32c")).isEmpty();
    assertThat(complete.header("x-amz-checksum-type")).isEmpty();
    assertThat(complete.header("If-None-Match")).contains("*");
  }

  /** S3 may say 200 before it knows, and the failure in the body. */
  @Test
  void seesTheFailureInTheBodyOfA200AndTriesAgain() throws Exception {
    completions.add(new Answer("200 OK", error("InternalError")));
    completions.add(new Answer("200 OK", error("SlowDown")));
    assertThat(upload(bytes(PART + 1))).isInstanceOf(UploadOutcome.Stored.class);
    assertThat(failures).containsExactly("UNAVAILABLE", "THROTTLED");
    assertThat(requests.stream().filter(r -> r.method().equals("HEAD")))
        .as("looks for its object before each further attempt")
        .hasSize(2);
  }

  /** Also what is usually said with a status of its own. */
  @Test
  void seesInTheBodyOfA200ThatAnObjectHasTheKey() throws Exception {
    completions.add(new Answer("200 OK", error("PreconditionFailed")));
    assertThat(upload(bytes(PART + 1))).isEqualTo(new UploadOutcome.Exists("t/k"));
    assertThat(requests.getLast().method()).isEqualTo("DELETE");
  }

  @Test
  void triesAgainAfterAConflictOrAnUnknownFailureInTheBodyOfA200() throws Exception {
    completions.add(new Answer("200 OK", error("ConditionalRequestConflict")));
    completions.add(new Answer("200 OK", error("SomethingElse")));
    assertThat(upload(bytes(PART + 1))).isInstanceOf(UploadOutcome.Stored.class);
    assertThat(failures).containsExactly("CONFLICT", "UNAVAILABLE");
  }

  /** The store died after its status line, and something on the way ended the answer. */
  @ParameterizedTest
  @ValueSource(
      strings = {"", " \n ", "<?xml version=\"1.0\"?>", "<CompleteMultipartUploadResult/>"})
  void doesNotTakeA200WithoutAResultForACommit(String body) throws Exception {
    completions.add(new Answer("200 OK", body));
    assertThat(upload(bytes(PART + 1))).isInstanceOf(UploadOutcome.Stored.class);
    assertThat(failures).containsExactly("UNKNOWN_OUTCOME");
    assertThat(requests.stream().filter(r -> r.method().equals("HEAD"))).hasSize(1);
  }

  @Test
  void opensAnotherSessionAfterA200WithoutAnIdAndLooksForTheFirst() throws Exception {
    created.add("");
    assertThat(upload(bytes(PART + 1))).isInstanceOf(UploadOutcome.Stored.class);
    assertThat(failures).containsExactly("UNKNOWN_OUTCOME");
    assertThat(requests.getLast().head().getFirst()).startsWith("GET /bucket?uploads");
  }

  /** The right to end uploads and that to remove objects are two. */
  @Test
  void removesItsObjectThoughTheUploadCannotBeEnded() {
    abort = "403 Forbidden";
    visible = true;
    completions.add(new Answer("403 Forbidden", error("AccessDenied")));
    assertThatExceptionOfType(StoreException.class).isThrownBy(() -> upload(bytes(PART + 1)));
    assertThat(requests).anyMatch(r -> r.head().getFirst().equals("DELETE /bucket/t/k HTTP/1.1"));
  }

  @Test
  void takesA412ForAnothersObjectAndEndsItsUpload() throws Exception {
    completions.add(new Answer("412 Precondition Failed", error("PreconditionFailed")));
    assertThat(upload(bytes(PART + 1))).isEqualTo(new UploadOutcome.Exists("t/k"));
    assertThat(requests.getLast().method()).isEqualTo("DELETE");
  }

  @Test
  void triesAgainAfterAConflict() throws Exception {
    completions.add(new Answer("409 Conflict", error("ConditionalRequestConflict")));
    assertThat(upload(bytes(PART + 1))).isInstanceOf(UploadOutcome.Stored.class);
    assertThat(failures).containsExactly("CONFLICT");
  }

  @Test
  void neverNamesTheUploadsId() throws Exception {
    for (String code : List.of("NoSuchUpload", "InvalidPart", "AccessDenied")) {
      completions.add(new Answer("403 Forbidden", error(code)));
      completions.add(new Answer("403 Forbidden", error(code)));
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> upload(bytes(PART + 1)))
          .satisfies(e -> assertThat(e.kind()).isIn(Kind.DENIED, Kind.REJECTED))
          .withMessageContaining("t/k")
          .withMessageContaining(code)
          .satisfies(e -> assertThat(e.toString()).doesNotContain(ID));
      completions.clear();
    }
  }

  private UploadOutcome upload(byte[] bytes) throws Exception {
    UploadRetry retry =
        (failed, failure) -> {
          failures.add(failure.kind().name());
          if (failed > 2 || failure.kind() == Kind.DENIED || failure.kind() == Kind.REJECTED) {
            throw failure;
          }
        };
    var request =
        new ObjectUploadRequest(
            "t/k",
            "application/gzip",
            Map.of("job", "j1"),
            PART,
            new UploadBudget(4L * PART),
            Duration.ofSeconds(20),
            retry);
    try (ObjectUpload upload = store.upload(request)) {
      upload.append(bytes, 0, bytes.length);
      return upload.commit();
    }
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + i / 4096);
    }
    return bytes;
  }

  private static String crc32c(byte[] bytes, int from, int to) {
    var crc = new CRC32C();
    crc.update(bytes, from, to - from);
    byte[] four = ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
    return Base64.getEncoder().encodeToString(four);
  }
}
