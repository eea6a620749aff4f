package io.estat.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same with other lines, and of clients that have to show a key. */
class PlainPostWithKeysPropertyTest extends PlainPostPropertyTest {
  @Override
  ServerPlan plan() {
    return new ServerPlan().writeKeys("right", "other").withoutCookie().collectHeaders("host");
  }

  @ParameterizedTest
  @CsvSource({
    "/collect, X-Write-Key: right, 200",
    "/collect, Authorization: Bearer other, 200",
    "/collect?key=right, A: 1, 200",
    "/collect, A: 1, 401",
    "/collect, X-Write-Key: wrong, 401",
    "/collect, Authorization: Basic right, 401",
    "/collect?key=wrong, A: 1, 401",
  })
  void readsStraightWhetherAKeyIsShownOrNot(String target, String field, int status)
      throws IOException {
    String request = RawClient.postTo(target, "a", field);
    assertThat(isTaken(request)).isTrue();
    assertThat(client.ask(request).status()).isEqualTo(status);
    assertThat(server.bodies()).hasSize(status == 200 ? 1 : 0);
  }
}
