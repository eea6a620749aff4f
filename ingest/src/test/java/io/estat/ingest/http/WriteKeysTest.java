package io.estat.ingest.http;

import static io.estat.ingest.http.RawClient.post;
import static io.estat.ingest.http.RawClient.postTo;
import static io.estat.ingest.http.RawClient.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two keys are valid at once, as while one replaces the other. */
class WriteKeysTest extends CollectFixture {
  @Override
  ServerPlan plan() {
    return new ServerPlan().writeKeys("old-key", "new key/ü&");
  }

  private static String bytesOf(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Write-Key: old-key",
        "x-write-key: new key/ü&",
        "Authorization: Bearer old-key",
        "authorization: bearer   new key/ü&",
      })
  void takesEitherKeyInAHeader(String header) throws IOException {
    assertThat(client.ask(post("a", bytesOf(header))).status()).isEqualTo(200);
    assertThat(server.bodies()).containsExactly("a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"key=old-key", "a=b&key=old-key&c", "key=new%20key%2F%C3%BC%26"})
  void takesEitherKeyInTheQuery(String query) throws IOException {
    assertThat(client.ask(postTo("/collect?" + query, "a")).status()).isEqualTo(200);
    assertThat(client.ask(request("GET /collect?" + query)).status()).isEqualTo(200);
    assertThat(client.ask(request("GET /collect.gif?" + query)).status()).isEqualTo(200);
    assertThat(server.bodies()).containsExactly("a", query, query);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Write-Key: ",
        "X-Write-Key: old-ke",
        "X-Write-Key: old-keyy",
        "X-Write-Key: OLD-KEY",
        "X-Write-Key: old-key,new",
        "Authorization: old-key",
        "Authorization: Basic old-key",
        "Authorization: Bearer",
        "Key: old-key",
        "Cookie: key=old-key",
      })
  void refusesEverythingElse(String header) throws IOException {
    Answer answer = client.ask(post("a", header));
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("www-authenticate")).isEqualTo("Bearer");
    assertThat(answer.text()).doesNotContain("old-key");
    assertThat(client.isUsable()).isTrue();
    assertThat(server.bodies()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"first, true", "second, true", "third, true", "fourth, false"})
  void looksAtEveryKeyWhicheverIsShown(String shown, boolean permitted) {
    List<String> lookedAt = new ArrayList<>();
    var keys =
        new WriteKeys(
            List.of("first", "second", "third"),
            (key, other) -> {
              lookedAt.add(new String(key, UTF_8));
              return MessageDigest.isEqual(key, other);
            });
    assertThat(keys.permit(shown, null, null)).isEqualTo(permitted);
    assertThat(lookedAt).containsExactly("first", "second", "third");
  }

  @ParameterizedTest
  @ValueSource(strings = {"key=", "key=x", "xkey=old-key", "key=old%2", "key", "a=key=old-key"})
  void refusesEveryOtherQuery(String query) throws IOException {
    assertThat(client.ask(request("GET /collect?" + query)).status()).isEqualTo(401);
    assertThat(server.bodies()).isEmpty();
  }

  @Test
  void refusesARequestWithoutAKey() throws IOException {
    assertThat(client.ask(post("a")).status()).isEqualTo(401);
    assertThat(client.ask(request("GET /collect?a=b")).status()).isEqualTo(401);
    assertThat(client.ask(request("GET /collect.gif?a=b")).status()).isEqualTo(401);
    assertThat(server.bodies()).isEmpty();
  }

  @Test
  void asksForNoKeyWhereNothingIsWritten() throws IOException {
    assertThat(client.ask(request("GET /health")).status()).isEqualTo(200);
    assertThat(client.ask(request("OPTIONS /collect")).status()).isEqualTo(204);
  }
}
