package io.estat.ingest.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.estat.testkit.Gen;
import io.estat.testkit.Property;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * What is read straight from the bytes has the effect that Netty's decoder gives it. The same
 * requests go both ways: behind an empty line, which is to be passed over (RFC 9112, 2.2), nothing
 * is usual any more.
 */
class PlainPostPropertyTest extends CollectFixture {
  private static final String EMPTY_LINE = "\r\n";

  private static final List<String> TARGETS =
      List.of(
          "/collect",
          "/collect",
          "/collect",
          "/collect?a=b&c=%20",
          "/collect?",
          "/collect?k=\"",
          "/collect?key=right",
          "/collect?a=b&key=%72ight&key=wrong");

  private static final List<String> FIELDS =
      List.of(
          "User-Agent: Mozilla/5.0 (X11; Linux x86_64)",
          "user-agent:  spaced  ",
          "Cookie: a=1; b=\u00e4\u00ff",
          "COOKIE: c=2",
          "Content-Type: application/json",
          "Content-Type: application/x-ndjson",
          "content-type: Application/X-NDJSON; charset=utf-8",
          "Content-Type: application/x-ndjsonx",
          "Referer: https://shop.example.com/\"quoted\"",
          "X-Any: \t tabs \t",
          "X-Any:",
          "X-Forwarded-For: 203.0.113.7, 10.0.0.1",
          "X-Forwarded-For: nobody",
          "Origin: https://a.example.com",
          "Origin: https://b.example.com",
          "Connection: keep-alive",
          "Connection: Keep-Alive",
          "Connection: close",
          "Connection: keep-alive, te",
          "Expect: 100-continue",
          "Transfer-Encoding: chunked",
          "Content-Encoding: gzip",
          "Content-Encoding: identity",
          "X-Write-Key: right",
          "x-write-key:  other ",
          "X-Write-Key: wrong",
          "Authorization: Bearer right",
          "authorization: bearer  other",
          "Authorization: Basic right",
          "Host: second.example.com",
          "sec-ch-ua: \"Chromium\";v=\"142\"",
          "Under_score: 1",
          "Dotted.name: 1",
          "A: 1");

  private static final List<String> BODIES =
      List.of("", "x", "{\"a\":1}", "one\ntwo\r\n\nthree", "\u00ff\u00fe", "a".repeat(300));

  private static final String BYTES = "\r\n\t :?%\0\177\200\377azAZ09-_/,;=\"";

  private static final Gen<String> REQUESTS =
      new Gen<>() {
        @Override
        public String make(Random random) {
          String request = proper(random);
          for (int i = random.nextInt(3); i > 0; i--) {
            request = changed(request, random);
          }
          return request;
        }

        @Override
        public Iterable<String> smaller(String request) {
          var smaller = new ArrayList<String>();
          for (int at = 0; at < request.length(); at++) {
            smaller.add(request.substring(0, at) + request.substring(at + 1));
          }
          return smaller;
        }
      };

  private final PlainPost plain = new PlainPost(plan().line());

  @Override
  ServerPlan plan() {
    return new ServerPlan()
        .collectHeaders("referer", "x-any", "origin")
        .corsOrigins("https://a.example.com");
  }

  private static String proper(Random random) {
    String body = any(BODIES, random);
    var fields = new ArrayList<>(List.of("Host: localhost", "Content-Length: " + body.length()));
    for (int i = random.nextInt(6); i > 0; i--) {
      fields.add(random.nextInt(fields.size() + 1), any(FIELDS, random));
    }
    return "POST "
        + any(TARGETS, random)
        + " HTTP/1.1\r\n"
        + String.join("\r\n", fields)
        + "\r\n\r\n"
        + body;
  }

  /** One byte is lost, doubled, or another one. */
  private static String changed(String request, Random random) {
    int at = random.nextInt(request.length());
    char other = BYTES.charAt(random.nextInt(BYTES.length()));
    String replacement =
        switch (random.nextInt(3)) {
          case 0 -> "";
          case 1 -> request.substring(at, at + 1) + other;
          default -> String.valueOf(other);
        };
    return request.substring(0, at) + replacement + request.substring(at + 1);
  }

  private static String any(List<String> choices, Random random) {
    return choices.get(random.nextInt(choices.size()));
  }

  boolean isTaken(String request) {
    return plain.read(Unpooled.wrappedBuffer(request.getBytes(ISO_8859_1)), 16384);
  }

  /**
   * All that the server answers until it or the client has nothing more to say.
   *
   * @param pieces the server reads one before the next is sent
   */
  private String answers(String... pieces) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) CollectServer.PATIENCE.toMillis());
      for (String piece : pieces) {
        if (pieces.length > 1) {
          awaitRead();
        }
        socket.getOutputStream().write(piece.getBytes(ISO_8859_1));
      }
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    } catch (SocketException e) {
      return "reset";
    }
  }

  /** The server has one loop, which takes what came first first: connections, then their bytes. */
  private void awaitRead() throws IOException {
    assertThat(client.ask(RawClient.request("GET /health")).status()).isEqualTo(200);
  }

  private List<String> lines() {
    return server.lines().stream().map(line -> new String(line, ISO_8859_1)).toList();
  }

  @Test
  void bothWaysAnswerAndKeepTheSame() {
    var taken = new AtomicInteger();
    Property.forAll(
        1_500,
        REQUESTS,
        request -> {
          taken.addAndGet(isTaken(request) ? 1 : 0);
          assertThat(isTaken(EMPTY_LINE + request)).isFalse();

          String straight = answers(request);
          List<String> straightLines = lines();
          String decoded = answers(EMPTY_LINE + request);

          assertThat(straight).isEqualTo(decoded);
          assertThat(straightLines)
              .map(PlainPostPropertyTest::withoutTs)
              .isEqualTo(lines().stream().map(PlainPostPropertyTest::withoutTs).toList());
        });
    assertThat(taken).hasValueBetween(200, 1_300);
  }

  @Test
  void severalAtOnceAnswerAndKeepTheSame() {
    Gen<List<String>> several =
        random -> List.of(proper(random), proper(random), REQUESTS.make(random));
    Property.forAll(
        300,
        several,
        requests -> {
          String straight = answers(String.join("", requests));
          List<String> straightLines = lines();
          String decoded = answers(EMPTY_LINE + String.join(EMPTY_LINE, requests));

          assertThat(straight).isEqualTo(decoded);
          assertThat(straightLines)
              .map(PlainPostPropertyTest::withoutTs)
              .isEqualTo(lines().stream().map(PlainPostPropertyTest::withoutTs).toList());
        });
  }

  /** A read may end anywhere: between two requests, in a head, in a body. */
  @Test
  void inWhateverPiecesTheyComeTheyAreAnsweredAndKeptTheSame() {
    Gen<List<String>> several =
        random -> List.of(proper(random), proper(random), REQUESTS.make(random));
    Gen<Pieces> cut = random -> Pieces.of(several.make(random), random);
    Property.forAll(
        500,
        cut,
        sent -> {
          String inPieces = answers(sent.pieces().toArray(String[]::new));
          List<String> linesOfPieces = lines();
          String decoded = answers(EMPTY_LINE + String.join(EMPTY_LINE, sent.requests()));

          assertThat(inPieces).isEqualTo(decoded);
          assertThat(linesOfPieces)
              .map(PlainPostPropertyTest::withoutTs)
              .isEqualTo(lines().stream().map(PlainPostPropertyTest::withoutTs).toList());
        });
  }

  /** The same bytes twice: request by request, and as they are sent. */
  private record Pieces(List<String> requests, List<String> pieces) {
    /** Up to six cuts anywhere, and one in two of those between requests. */
    static Pieces of(List<String> requests, Random random) {
      String all = String.join("", requests);
      var cuts = new TreeSet<Integer>();
      for (int i = random.nextInt(1, 7); i > 0; i--) {
        cuts.add(random.nextInt(1, all.length()));
      }
      int end = 0;
      for (String request : requests) {
        end += request.length();
        if (random.nextBoolean()) {
          cuts.add(end);
        }
      }
      var pieces = new ArrayList<String>();
      int start = 0;
      for (int cut : cuts) {
        pieces.add(all.substring(start, cut));
        start = cut;
      }
      pieces.add(all.substring(start));
      return new Pieces(requests, pieces);
    }
  }

  /** The server's clock moves between the two. */
  private static String withoutTs(String line) {
    return line.replaceFirst("\"ts\":\\d+", "");
  }

  @Test
  void takesWhatABrowserSends() {
    String request =
        RawClient.postTo(
            "/collect?page=1",
            "{\"a\":1}",
            "Connection: keep-alive",
            "sec-ch-ua-platform: \"Linux\"",
            "User-Agent: Mozilla/5.0",
            "Content-Type: application/json",
            "Accept: */*",
            "Origin: https://a.example.com",
            "Referer: https://a.example.com/",
            "Accept-Encoding: gzip, deflate, br, zstd",
            "Cookie: id=1");
    assertThat(isTaken(request)).isTrue();
    for (int length = 0; length < request.length(); length++) {
      assertThat(isTaken(request.substring(0, length))).isFalse();
    }
  }

  @Test
  void leavesALongBodyAndALongHeadToTheDecoder() {
    assertThat(isTaken(RawClient.post("x".repeat(16384)))).isTrue();
    assertThat(isTaken(RawClient.post("x".repeat(16385)))).isFalse();
    assertThat(isTaken(RawClient.post("x", "A: " + "a".repeat(8000)))).isTrue();
    assertThat(isTaken(RawClient.post("x", "A: " + "a".repeat(8192)))).isFalse();
  }
}
