package io.estat.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.estat.storage.ByteContent;
import io.estat.storage.ObjectPut;
import io.estat.storage.PutOutcome;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import io.estat.testkit.RawHttpServer;
import io.estat.testkit.RawHttpServer.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;

/** What each answer of a server means to the caller. */
class S3FailuresTest {
  private final AtomicInteger requests = new AtomicInteger();
  private final RawHttpServer server = new RawHttpServer(this::refuse);
  private final S3Store store = S3Stores.at(server.url());
  private volatile int status;
  private volatile String code = "";

  private void refuse(Request request) throws IOException {
    requests.incrementAndGet();
    request.body().skipNBytes(request.contentLength());
    String xml =
        code.isEmpty() || request.method().equals("HEAD")
            ? ""
            : "<Error><Code>" + code + "</Code><Message>because of it</Message></Error>";
    request.answer(
        status + " Refused",
        "x-amz-request-id: REQ1",
        "Content-Length: " + xml.length(),
        "Connection: close");
    request.socket().getOutputStream().write(xml.getBytes(StandardCharsets.US_ASCII));
  }

  @AfterEach
  void close() {
    store.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "301, PermanentRedirect, NO_BUCKET, NO_BUCKET",
    "301, '', NO_BUCKET, NO_BUCKET",
    "307, TemporaryRedirect, NO_BUCKET, NO_BUCKET",
    "307, '', NO_BUCKET, NO_BUCKET",
    "400, IllegalLocationConstraintException, NO_BUCKET, NO_BUCKET",
    "400, '', CONDITION_REFUSED, REJECTED",
    "400, InvalidArgument, CONDITION_REFUSED, REJECTED",
    "400, InvalidRequest, CONDITION_REFUSED, REJECTED",
    "501, NotImplemented, CONDITION_REFUSED, UNAVAILABLE",
    "501, '', CONDITION_REFUSED, UNAVAILABLE",
    "400, ExpiredToken, DENIED, DENIED",
    "400, InvalidToken, DENIED, DENIED",
    "400, TokenRefreshRequired, DENIED, DENIED",
    "400, AuthorizationHeaderMalformed, DENIED, DENIED",
    "400, BadDigest, REJECTED, REJECTED",
    "400, InvalidDigest, REJECTED, REJECTED",
    "400, XAmzContentSHA256Mismatch, REJECTED, REJECTED",
    "400, XAmzContentChecksumMismatch, REJECTED, REJECTED",
    "400, EntityTooLarge, REJECTED, REJECTED",
    "400, KeyTooLongError, REJECTED, REJECTED",
    "400, MetadataTooLarge, REJECTED, REJECTED",
    "400, RequestTimeout, UNKNOWN_OUTCOME, UNKNOWN_OUTCOME",
    "400, IncompleteBody, UNKNOWN_OUTCOME, UNKNOWN_OUTCOME",
    "401, '', DENIED, DENIED",
    "403, AccessDenied, DENIED, DENIED",
    "403, InvalidAccessKeyId, DENIED, DENIED",
    "403, SignatureDoesNotMatch, DENIED, DENIED",
    "403, RequestTimeTooSkewed, DENIED, DENIED",
    "403, '', DENIED, DENIED",
    "404, NoSuchBucket, NO_BUCKET, NO_BUCKET",
    "404, '', NO_BUCKET, NO_BUCKET",
    "405, MethodNotAllowed, REJECTED, REJECTED",
    "409, ConditionalRequestConflict, CONFLICT, CONFLICT",
    "411, MissingContentLength, REJECTED, REJECTED",
    "412, PreconditionFailed, EXISTS, REJECTED",
    "429, '', THROTTLED, THROTTLED",
    "500, InternalError, UNAVAILABLE, UNAVAILABLE",
    "502, '', UNAVAILABLE, UNAVAILABLE",
    "503, SlowDown, THROTTLED, THROTTLED",
    "503, '', THROTTLED, THROTTLED",
    "504, '', UNAVAILABLE, UNAVAILABLE",
  })
  void saysWhatAnAnswerToAPutMeans(int status, String code, String conditional, String plain) {
    this.status = status;
    this.code = code;
    assertThat(outcome(true)).isEqualTo(conditional);
    assertThat(outcome(false)).isEqualTo(plain);
    assertThat(requests).as("the SDK tries once").hasValue(2);
  }

  @Test
  void namesStoreKeyStatusCodeAndRequestButNoSecret() {
    status = 403;
    code = "AccessDenied";
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store.put(put(true)))
        .withMessageContainingAll("s3://bucket", "a/key", "403", "AccessDenied", "because of it")
        .withMessageContaining("REQ1")
        .satisfies(e -> assertThat(String.valueOf(e)).doesNotContain(S3Stores.SECRET));
  }

  @Test
  void tellsAMissingObjectFromAMissingBucket() {
    status = 404;
    code = "NoSuchKey";
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store.open("a/key"))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.NO_OBJECT));
    code = "NoSuchBucket";
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store.open("a/key"))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.NO_BUCKET));
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store.list("", null))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.NO_BUCKET));
  }

  @ParameterizedTest
  @CsvSource({
    "301, NO_BUCKET",
    "302, NO_BUCKET",
    "307, NO_BUCKET",
    "400, DENIED",
    "401, DENIED",
    "403, DENIED",
    "405, DENIED",
    "412, DENIED",
    "429, THROTTLED",
    "500, UNAVAILABLE",
    "501, UNAVAILABLE",
    "503, THROTTLED",
  })
  void neverTakesAnAnswerToHeadForARefusalOfTheObject(int status, Kind kind) {
    this.status = status;
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store.head("a/key", Duration.ofSeconds(10)))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(kind));
    assertThat(requests).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 307, 400})
  void namesTheRegionWhereItMayBeWrong(int status) {
    this.status = status;
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store.head("a/key", Duration.ofSeconds(10)))
        .withMessageContainingAll("s3://bucket", "a/key", String.valueOf(status), "AWS_REGION");
    code = "IllegalLocationConstraintException";
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store.put(put(true)))
        .withMessageContaining("AWS_REGION");
  }

  @Test
  void knowsThatNothingWasSentWithoutCredentials() {
    try (S3Store poor =
        S3Stores.at(
            server.url(),
            () -> {
              throw SdkClientException.create("no credentials in this test");
            })) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> poor.put(put(true)))
          .withMessageContaining("no credentials in this test")
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.DENIED));
    }
    assertThat(requests).hasValue(0);
  }

  @Test
  void knowsThatNothingWasSentWhenTheClientCannotBeBuilt() {
    Supplier<S3Connection> broken =
        () -> {
          throw SdkClientException.create("unusable profile file");
        };
    try (var poor = new S3Store("bucket", Duration.ofSeconds(1), broken)) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> poor.put(put(true)))
          .withMessageContaining("unusable profile file")
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.DENIED));
    }
  }

  private String outcome(boolean onlyIfAbsent) {
    try {
      PutOutcome outcome = store.put(put(onlyIfAbsent));
      return outcome.name();
    } catch (StoreException e) {
      return e.kind().name();
    }
  }

  private static ObjectPut put(boolean onlyIfAbsent) {
    return new ObjectPut(
        "a/key",
        new ByteContent(new byte[10]),
        "application/gzip",
        Map.of(),
        onlyIfAbsent,
        Duration.ofSeconds(20));
  }
}
