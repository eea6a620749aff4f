package io.estat.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** One request of each kind that a server gets in its life. */
final class TrainingRequests {
  private static final String END = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
  private static final String NDJSON = "Content-Type: application/x-ndjson\r\n";
  private static final String PROXIED =
      String.join(
          "\r\n",
          "User-Agent: Mozilla/5.0",
          "Cookie: a=b",
          "X-Forwarded-For: 203.0.113.7",
          "Origin: https://www.example.com",
          "");

  private TrainingRequests() {}

  static void send(int port) throws IOException {
    exchange(port, "POST /collect?a=b", PROXIED, bytes("one event"));
    exchange(port, "POST /collect", PROXIED, new byte[] {(byte) 0xff, (byte) 0xfe});
    exchange(port, "POST /collect", NDJSON, bytes("{\"a\":1}\n{\"b\":2}\n"));
    exchange(port, "POST /collect", "Content-Encoding: gzip\r\n", gzip("packed"));
    exchange(port, "POST /collect", "", new byte[64 * 1024]); // too large
    for (String line :
        new String[] {
          "GET /collect?event=1",
          "GET /collect.gif?event=1",
          "OPTIONS /collect",
          "GET /ready",
          "HEAD /health",
          "GET /metrics",
          "GET /",
          "GET /no-such-page"
        }) {
      exchange(port, line, "", new byte[0]);
    }
  }

  private static void exchange(int port, String line, String headers, byte[] body)
      throws IOException {
    String head = line + END + headers + "Content-Length: " + body.length + "\r\n\r\n";
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(bytes(head));
      socket.getOutputStream().write(body);
      byte[] answer = socket.getInputStream().readAllBytes();
      if (answer.length == 0) {
        throw new IOException("no answer to " + line);
      }
    }
  }

  private static byte[] gzip(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(bytes(text));
    }
    return bytes.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
