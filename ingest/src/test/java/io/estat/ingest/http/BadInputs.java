package io.estat.ingest.http;

import static io.estat.ingest.http.RawClient.post;
import static io.estat.ingest.http.RawClient.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.estat.ingest.http.BadInput.Counted;
import io.estat.ingest.http.BadInput.End;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All rows of docs/bad-input.md, in its order. */
final class BadInputs {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration TIME_TO_SEND = Duration.ofSeconds(2);
  private static final Duration LONG = Duration.ofSeconds(60);

  private BadInputs() {}

  static List<BadInput> all() {
    List<BadInput> all = new ArrayList<>();
    all.addAll(tooLarge());
    all.addAll(brokenBodies());
    all.addAll(lengths());
    all.addAll(headerBytes());
    all.addAll(requestLines());
    all.addAll(slowAndGone());
    all.addAll(odd());
    return all;
  }

  private static String gzipped(byte[] packed) {
    return post(new String(packed, ISO_8859_1), "Content-Encoding: gzip");
  }

  private static String chunked(String body) {
    return request("POST /collect", "Transfer-Encoding: chunked") + body;
  }

  private static BadInput badHead(String name, String status, String bytes) {
    return BadInput.of(name, status, End.CLOSED, Counted.BAD_HEAD, bytes);
  }

  private static List<BadInput> tooLarge() {
    String large = "x".repeat(16_385);
    return List.of(
        badHead("request line over 32 KiB", "414", request("GET /collect?" + "x".repeat(40_000))),
        badHead("headers over 32 KiB", "431", post("x", "Cookie: " + "x".repeat(40_000))),
        BadInput.of(
            "body over the limit, with Content-Length",
            "413",
            End.STAYS,
            Counted.BODY_TOO_LARGE,
            post(large)),
        BadInput.of(
            "body over the limit, chunked",
            "413",
            End.STAYS,
            Counted.BODY_TOO_LARGE,
            chunked("4001\r\n" + large + "\r\n0\r\n\r\n")),
        BadInput.of(
            "body over the limit after gunzip",
            "413",
            End.STAYS,
            Counted.BODY_TOO_LARGE,
            gzipped(GzipBodyTest.gzip(new byte[16_385]))),
        BadInput.of(
            "gzip bomb",
            "413",
            End.STAYS,
            Counted.BODY_TOO_LARGE,
            gzipped(GzipBodyTest.gzip(new byte[10_000_000]))),
        BadInput.of(
            "body over the limit by more than 1 MiB",
            "413",
            End.CLOSED,
            Counted.BODY_TOO_LARGE,
            request("POST /collect", "Content-Length: 1000000000000") + large),
        BadInput.of(
            "chunked body that never ends",
            "413",
            End.CLOSED,
            Counted.BODY_TOO_LARGE,
            BadInputs::sendEndlessChunks));
  }

  /** Answered in the middle; the rest is read for a while, and then no more. */
  private static void sendEndlessChunks(RawClient client) throws IOException {
    client.send(chunked(""));
    for (int i = 0; i < 80; i++) {
      client.send("4000\r\n" + "x".repeat(0x4000) + "\r\n");
    }
  }

  private static List<BadInput> brokenBodies() {
    byte[] packed = GzipBodyTest.gzip("some text".getBytes(ISO_8859_1));
    return List.of(
        BadInput.of(
            "truncated gzip",
            "400",
            End.STAYS,
            Counted.BAD_REQUEST,
            gzipped(Arrays.copyOf(packed, packed.length - 9))),
        BadInput.of(
            "plain text said to be gzip",
            "400",
            End.STAYS,
            Counted.BAD_REQUEST,
            gzipped("some text".getBytes(ISO_8859_1))),
        BadInput.of(
            "Content-Encoding other than gzip",
            "415",
            End.STAYS,
            Counted.BAD_REQUEST,
            post("x", "Content-Encoding: br")),
        BadInput.of(
            "chunk size that is no number",
            "400",
            End.CLOSED,
            Counted.BAD_REQUEST,
            chunked("3z\r\nabc\r\n0\r\n\r\n")),
        BadInput.of(
            "negative chunk size",
            "400",
            End.CLOSED,
            Counted.BAD_REQUEST,
            chunked("-3\r\nabc\r\n0\r\n\r\n")),
        BadInput.of(
            "chunk size over 31 bits",
            "400",
            End.CLOSED,
            Counted.BAD_REQUEST,
            chunked("100000003\r\nabc\r\n0\r\n\r\n")),
        BadInput.of(
            "chunk longer than its size",
            "400",
            End.CLOSED,
            Counted.BAD_REQUEST,
            chunked("3\r\nabcd\r\n0\r\n\r\n")),
        BadInput.of(
            "chunk shorter than its size",
            "400",
            End.CLOSED,
            Counted.BAD_REQUEST,
            chunked("5\r\nabc\r\n0\r\n\r\n")),
        BadInput.of(
            "bare LF in chunked encoding",
            "400",
            End.CLOSED,
            Counted.BAD_REQUEST,
            chunked("3\nabc\n0\n\n")));
  }

  private static List<BadInput> lengths() {
    return List.of(
        badHead(
            "Content-Length with Transfer-Encoding",
            "400",
            post("0\r\n\r\n", "Transfer-Encoding: chunked")),
        badHead("two different Content-Lengths", "400", post("abc", "Content-Length: 2")),
        badHead("two equal Content-Lengths", "400", post("abc", "Content-Length: 3")),
        badHead("list in Content-Length", "400", withLength("3, 3")),
        badHead(
            "two Content-Lengths in HTTP/1.0",
            "400",
            "POST /collect HTTP/1.0\r\nContent-Length: 3\r\nContent-Length: 1\r\n\r\nabc"),
        badHead("negative Content-Length", "400", withLength("-3")),
        badHead("signed Content-Length", "400", withLength("+3")),
        badHead("Content-Length that is no number", "400", withLength("0x3")),
        badHead("empty Content-Length", "400", withLength("")),
        badHead("Content-Length over 63 bits", "400", withLength("99999999999999999999")),
        badHead(
            "Transfer-Encoding without chunked at its end",
            "400",
            request("POST /collect", "Transfer-Encoding: chunked, gzip") + "0\r\n\r\n"),
        BadInput.of(
            "Transfer-Encoding with more than chunked",
            "400",
            End.CLOSED,
            Counted.BAD_REQUEST,
            request("POST /collect", "Transfer-Encoding: gzip, chunked") + "0\r\n\r\n"),
        badHead(
            "Transfer-Encoding in HTTP/1.0",
            "400",
            "POST /collect HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
  }

  private static String withLength(String length) {
    return request("POST /collect", "Content-Length: " + length) + "abc";
  }

  private static List<BadInput> headerBytes() {
    return List.of(
        badHead("NUL in a header", "400", post("x", "User-Agent: a\0b")),
        badHead("control byte in a header", "400", post("x", "User-Agent: a\u0007b")),
        badHead("DEL in a header", "400", post("x", "User-Agent: a\u007fb")),
        badHead("bare CR in a header", "400", post("x", "User-Agent: a\rb")),
        badHead("control byte in a header's name", "400", post("x", "User\u0001Agent: a")),
        badHead("space before the colon", "400", post("x", "User-Agent : a")),
        badHead("header without a colon", "400", post("x", "User-Agent")),
        badHead("header without a name", "400", post("x", ": a")),
        badHead("folded header", "400", post("x", "User-Agent: a", " b")),
        badHead("folded header with a NUL at the fold", "400", post("x", "A: a", " \0b")),
        badHead(
            "white space before the first header",
            "400",
            "POST /collect HTTP/1.1\r\n Host: a\r\nContent-Length: 1\r\n\r\nx"),
        BadInput.of(
            "missing Host",
            "400",
            End.CLOSED,
            Counted.BAD_REQUEST,
            "POST /collect HTTP/1.1\r\nContent-Length: 1\r\n\r\nx"),
        BadInput.of(
            "two Hosts", "400", End.CLOSED, Counted.BAD_REQUEST, post("x", "Host: localhost")),
        BadInput.of(
            "invalid UTF-8 in a header",
            "200",
            End.STAYS,
            Counted.ACCEPTED,
            post("bad", "User-Agent: caf\u00e9 \u00ff")));
  }

  private static List<BadInput> requestLines() {
    return List.of(
        badHead("bare LF", "400", post("x").replace("\r\n", "\n")),
        badHead(
            "bare LF after one header", "400", post("x").replaceFirst("localhost\r", "localhost")),
        badHead("two spaces in the request line", "400", request("GET  /collect?a")),
        badHead("tab in the request line", "400", request("GET\t/collect?a")),
        badHead("control byte in the target", "400", request("GET /collect?a\u0001b")),
        badHead("space in the target", "400", request("GET /collect?a b")),
        badHead("no version (HTTP/0.9)", "400", "GET /collect?a\r\n\r\n"),
        BadInput.of(
            "unknown version",
            "400",
            End.CLOSED,
            Counted.BAD_REQUEST,
            "GET /collect?a HTTP/1.2\r\nHost: a\r\n\r\n"),
        badHead("HTTP/2 preface", "400", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"),
        badHead(
            "TLS on the plain port",
            "400",
            "\u0016\u0003\u0001\u0000\u00c8\u0001\u0000\u0000\u00c4\u0003\u0003" + "r".repeat(190)),
        badHead("noise", "400", "\u0080\u0005\0\0\n\n\u00ff\r\n\r\n"));
  }

  private static List<BadInput> slowAndGone() {
    return List.of(
        new BadInput(
            "head that stops half-way (half-open peer)",
            "408",
            End.CLOSED,
            Counted.BAD_HEAD,
            slowPlan(),
            client -> client.send("POST /collect HTTP/1.1\r\nHost: a\r\nConte")),
        new BadInput(
            "body that stops half-way (half-open peer)",
            "408",
            End.CLOSED,
            Counted.ABORTED,
            slowPlan(),
            client -> client.send(request("POST /collect", "Content-Length: 9") + "abc")),
        new BadInput(
            "one byte now and then",
            "408",
            End.CLOSED,
            Counted.BAD_HEAD,
            new ServerPlan().timeouts(LONG, TIME_TO_SEND, LONG, LONG),
            BadInputs::sendSlowly),
        BadInput.of(
            "upload aborted by a reset",
            "none",
            End.GONE,
            Counted.ABORTED,
            client -> {
              client.send(request("POST /collect", "Content-Length: 9") + "abc");
              client.reset();
            }),
        BadInput.of(
            "upload aborted by an end",
            "none",
            End.GONE,
            Counted.ABORTED,
            client -> client.send(chunked("3\r\nabc\r\n")).endOutput()));
  }

  private static ServerPlan slowPlan() {
    return new ServerPlan().timeouts(LONG, SHORT, LONG, LONG);
  }

  private static void sendSlowly(RawClient client) throws IOException {
    for (char next : "POST ".toCharArray()) {
      client.send(String.valueOf(next));
      if (!client.isSilentFor(30)) {
        throw new AssertionError("answered too early");
      }
    }
  }

  private static List<BadInput> odd() {
    String held = "Expect: 100-continue";
    return List.of(
        BadInput.of(
            "pipelined requests",
            "200",
            End.STAYS,
            Counted.ACCEPTED,
            client -> {
              client.send(request("GET /health") + request("PUT /collect") + post("bad"));
              requireStatus(client, 200);
              requireStatus(client, 405);
            }),
        BadInput.of(
            "`Expect: 100-continue`",
            "200",
            End.STAYS,
            Counted.ACCEPTED,
            client -> {
              client.send(request("POST /collect", "Content-Length: 3", held));
              requireStatus(client, 100);
              client.send("bad");
            }),
        BadInput.of(
            "`Expect: 100-continue` with a body over the limit",
            "413",
            End.CLOSED,
            Counted.BODY_TOO_LARGE,
            request("POST /collect", "Content-Length: 16385", held)),
        BadInput.of(
            "another expectation",
            "417",
            End.CLOSED,
            Counted.BAD_REQUEST,
            post("x", "Expect: the-unexpected")),
        BadInput.of(
                "forged X-Forwarded-For from a peer that is no trusted proxy",
                "200",
                End.STAYS,
                Counted.ACCEPTED,
                post("bad", "X-Forwarded-For: 203.0.113.7"))
            .with(new ServerPlan().trustedProxies()),
        BadInput.of(
                "forged CloudFront-Viewer-Address from a peer that is no trusted proxy",
                "200",
                End.STAYS,
                Counted.ACCEPTED,
                post("bad", "CloudFront-Viewer-Address: 203.0.113.7:5"))
            .with(new ServerPlan().trustedProxies().ipHeader("cloudfront-viewer-address")),
        BadInput.of(
            "CloudFront-Viewer-Address where IP_HEADER names another",
            "200",
            End.STAYS,
            Counted.ACCEPTED,
            post("bad", "CloudFront-Viewer-Address: 203.0.113.7:5")),
        BadInput.of(
            "X-Forwarded-For that is no list of addresses",
            "200",
            End.STAYS,
            Counted.ACCEPTED,
            post("bad", "X-Forwarded-For: 203.0.113.7, <script>")));
  }

  private static void requireStatus(RawClient client, int status) throws IOException {
    Answer answer = client.answer();
    if (answer.status() != status) {
      throw new AssertionError("expected " + status + " but was " + answer);
    }
  }
}
