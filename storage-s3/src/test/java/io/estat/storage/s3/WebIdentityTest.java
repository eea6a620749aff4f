package io.estat.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.storage.ByteContent;
import io.estat.storage.ObjectPut;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectStores;
import io.estat.storage.PutOutcome;
import io.estat.storage.StoreSettings;
import io.estat.testkit.RawHttpServer;
import io.estat.testkit.RawHttpServer.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The role of a Kubernetes service account: a token in a file is exchanged at STS. */
class WebIdentityTest {
  private static final String STS_ANSWER =
      """
      <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <AssumeRoleWithWebIdentityResult>
          <Credentials>
            <AccessKeyId>KEYOFTHEROLE</AccessKeyId>
            <SecretAccessKey>secret-of-the-role</SecretAccessKey>
            <SessionToken>session-of-the-role</SessionToken>
            <Expiration>2099-01-01T00:00:00Z</Expiration>
          </Credentials>
          <AssumedRoleUser>
            <Arn>arn:aws:sts::000000000000:assumed-role/r/s</Arn>
            <AssumedRoleId>R:s</AssumedRoleId>
          </AssumedRoleUser>
        </AssumeRoleWithWebIdentityResult>
      </AssumeRoleWithWebIdentityResponse>
      """;

  private final List<Request> puts = new CopyOnWriteArrayList<>();
  private final List<String> exchanges = new CopyOnWriteArrayList<>();
  private final RawHttpServer s3 = new RawHttpServer(this::store);
  private final RawHttpServer sts = new RawHttpServer(this::exchange);
  private Map<String, String> properties = Map.of();

  private void store(Request request) throws IOException {
    request.body().skipNBytes(request.contentLength());
    puts.add(request);
    request.answer("200 OK", "ETag: \"0\"", "Content-Length: 0", "Connection: close");
  }

  private void exchange(Request request) throws IOException {
    byte[] form = request.body().readNBytes((int) request.contentLength());
    exchanges.add(new String(form, StandardCharsets.UTF_8));
    request.answer(
        "200 OK",
        "Content-Type: text/xml",
        "Content-Length: " + STS_ANSWER.length(),
        "Connection: close");
    request.socket().getOutputStream().write(STS_ANSWER.getBytes(StandardCharsets.UTF_8));
  }

  @BeforeEach
  void describeTheRole(@TempDir Path folder) throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "token-of-the-account");
    properties =
        Map.of(
            "aws.webIdentityTokenFile", token.toString(),
            "aws.roleArn", "arn:aws:iam::000000000000:role/r",
            "aws.roleSessionName", "s",
            "aws.endpointUrlSts", sts.url(),
            "aws.region", "eu-central-1",
            "aws.disableEc2Metadata", "true");
    properties.forEach(System::setProperty);
  }

  @AfterEach
  void close() {
    properties.keySet().forEach(System::clearProperty);
    s3.close();
    sts.close();
  }

  @Test
  void signsWithTheRoleOfTheServiceAccount() throws IOException {
    var settings = new StoreSettings(null, s3.url(), Duration.ofSeconds(20));
    try (ObjectStore store = ObjectStores.open(URI.create("s3://bucket"), settings)) {
      assertThat(store.put(put())).isEqualTo(PutOutcome.STORED);
    }
    assertThat(exchanges).singleElement().asString().contains("token-of-the-account");
    Request put = puts.getFirst();
    assertThat(put.header("Authorization").orElse("")).contains("Credential=KEYOFTHEROLE/");
    assertThat(put.header("x-amz-security-token")).contains("session-of-the-role");
  }

  private static ObjectPut put() {
    return new ObjectPut(
        "k",
        new ByteContent(new byte[1]),
        "application/gzip",
        Map.of(),
        true,
        Duration.ofSeconds(20));
  }
}
