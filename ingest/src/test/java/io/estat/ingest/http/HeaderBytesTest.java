package io.estat.ingest.http;

import static io.estat.ingest.http.RawClient.post;
import static io.estat.ingest.http.RawClient.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** Each of the 256 bytes at each place of a head: permitted and kept, or 400. */
class HeaderBytesTest {
  private static final String TOKEN =
      "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

  /** RFC 9110, 5.5: visible ASCII, bytes from 0x80, and space and tab between them. */
  private static boolean isFieldByte(int b) {
    return b == '\t' || (b >= ' ' && b != 0x7f);
  }

  /** Sends a request for each byte and looks which are refused. */
  private static void checkEachByte(Function<String, String> request, IntPredicate permitted)
      throws IOException {
    Set<Integer> wrong = new TreeSet<>();
    try (CollectServer server = new ServerPlan().collectHeaders("x-a").start()) {
      for (int b = 0; b < 256; b++) {
        try (RawClient client = server.connect()) {
          int status = client.ask(request.apply(String.valueOf((char) b))).status();
          if (status != (permitted.test(b) ? 200 : 400)) {
            wrong.add(b);
          }
        }
      }
      int events = server.events().size();
      assertThat(wrong).as("bytes that are not answered as they should be").isEmpty();
      assertThat(server.counts().badRequests()).isEqualTo(256 - events);
    }
  }

  @Test
  void refusesWhatIsForbiddenWithinAValue() throws IOException {
    checkEachByte(b -> post("x", "X-A: a" + b + "b"), HeaderBytesTest::isFieldByte);
  }

  @Test
  void refusesWhatIsForbiddenAtAValuesEnds() throws IOException {
    checkEachByte(b -> post("x", "X-A:" + b + "b"), HeaderBytesTest::isFieldByte);
    checkEachByte(b -> post("x", "X-A: a" + b), HeaderBytesTest::isFieldByte);
    checkEachByte(b -> post("x", "X-A: " + b), HeaderBytesTest::isFieldByte);
    checkEachByte(b -> post("x", "X-A: a \t" + b + "\t "), HeaderBytesTest::isFieldByte);
  }

  @Test
  void refusesWhatIsForbiddenInAName() throws IOException {
    IntPredicate token = b -> TOKEN.indexOf(b) >= 0;
    // A colon within makes it another name.
    checkEachByte(b -> post("x", "X" + b + "A: v"), token.or(b -> b == ':'));
    checkEachByte(b -> post("x", b + "A: v"), token);
    checkEachByte(b -> post("x", "A" + b + ": v"), token.or(b -> b == ':'));
  }

  @Test
  void refusesControlBytesAndSpacesInTheTarget() throws IOException {
    IntPredicate visible = b -> b > ' ' && b != 0x7f;
    checkEachByte(b -> request("GET /collect?a" + b + "b"), visible);
    checkEachByte(b -> request("GET /collect?a" + b), visible);
  }

  @Test
  void refusesEverySeparatorOfTheRequestLineButASpace() throws IOException {
    IntPredicate space = b -> b == ' ';
    checkEachByte(b -> "GET /collect?a" + b + "HTTP/1.1\r\nHost: a\r\n\r\n", space);
    checkEachByte(b -> request("GET" + b + "/collect?a"), space);
    checkEachByte(b -> "GET /collect?a HTTP/1.1" + b + "\r\nHost: a\r\n\r\n", b -> false);
  }

  @Test
  void skipsNothingButLineEndsInFrontOfARequest() throws IOException {
    IntPredicate lineEnd = b -> b == '\r' || b == '\n';
    // Bytes of a token make it another method, which is refused as such.
    checkEachByte(
        b -> (TOKEN.contains(b) ? "" : b) + request("GET /collect?a"),
        lineEnd.or(b -> TOKEN.indexOf(b) >= 0));
  }

  /** Folds are refused wherever they stand and however the head is cut into pieces. */
  @Test
  void refusesFoldsWhereverTheyStand() throws IOException {
    List<String> folded =
        List.of(
            post("x", "X-A: a", " b"),
            post("x", "X-A: a", "\tb"),
            post("x", "X-A: a", "  "),
            post("x", "X-A:", " b"),
            post("x", "X-A: a", " b", " c", "X-B: d"),
            post("x", "X-A: a", " X-B: c"),
            request("GET /collect?a", "X-A: a", " b"));
    try (CollectServer server = CollectServer.start()) {
      for (String request : folded) {
        try (RawClient whole = server.connect();
            RawClient pieces = server.connect()) {
          assertThat(whole.ask(request).status()).as(request).isEqualTo(400);
          for (byte b : request.getBytes(ISO_8859_1)) {
            pieces.send(new byte[] {b});
            if (b == '\n' && !pieces.isSilentFor(1)) {
              break;
            }
          }
          assertThat(pieces.answer().status()).as(request).isEqualTo(400);
        }
      }
      assertThat(server.events()).isEmpty();
    }
  }

  /** What tells a fold from a plain head must hold for every plain head, however it comes in. */
  @Test
  void takesPlainHeadsHoweverTheyAreCutIntoPieces() throws IOException {
    String request =
        "\r\n" + post("x", "A:", "B: ", "C:\t\t v \t", "C: again", "D: a b\tc", "X-A: \u00e9");
    try (CollectServer server = CollectServer.start();
        RawClient client = server.connect()) {
      for (int cut = 1; cut < request.length(); cut++) {
        client.send(request.substring(0, cut)).send(request.substring(cut));
        assertThat(client.answer().status()).as("cut at %d", cut).isEqualTo(200);
      }
      assertThat(server.events()).hasSize(request.length() - 1);
    }
  }
}
