package io.estat.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The bytes of one browser's requests, built once. Each event carries {@code id=<9 digits>;} and 16
 * random hexadecimal digits, which are written anew for every request: gzip meets as much that is
 * new in each line as it would in a real one. Used by one thread.
 */
public final class RequestTemplate {
  static final int ID_DIGITS = 9;
  private static final int RANDOM_DIGITS = 16;
  private static final String EVENT = "id=000000000;r=0000000000000000;";
  private static final int ID_AT = "id=".length();
  private static final int RANDOM_AT = "id=000000000;r=".length();
  private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);
  private static final List<String> WORDS =
      List.of(
          "cart",
          "search",
          "summer",
          "shoes",
          "detail",
          "banner",
          "mobile",
          "checkout",
          "video",
          "newsletter",
          "price",
          "filter",
          "account",
          "gift",
          "category",
          "scroll",
          "review",
          "map",
          "winter",
          "garden",
          "kitchen",
          "guest",
          "coupon",
          "delivery",
          "wishlist",
          "brand");

  private final byte[] bytes;
  private final int firstEventAt;
  private final int eventStride;
  private final int events;
  private long random;

  /**
   * @param browser makes the fields that differ from browser to browser
   */
  public RequestTemplate(Shape shape, long browser) {
    Random seeded = new Random(browser);
    events = shape.eventsPerRequest();
    random = seeded.nextLong() | 1;
    eventStride = shape.bodyBytes() + 1;
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      lines.add(body(shape.bodyBytes(), seeded));
    }
    String body = String.join("\n", lines);
    String head = head(shape, body.length(), seeded);
    firstEventAt = head.length();
    bytes = (head + body).getBytes(US_ASCII);
  }

  /** Head and body of one request; its ids are all 0. */
  public byte[] bytes() {
    return bytes;
  }

  int events() {
    return events;
  }

  /**
   * Gives the events of the next request their ids.
   *
   * @param request holds {@link #bytes} from index 0
   * @param firstId of the first event; the others follow
   */
  void number(ByteBuf request, int firstId) {
    for (int i = 0; i < events; i++) {
      int at = firstEventAt + i * eventStride;
      int id = firstId + i;
      for (int digit = ID_DIGITS - 1; digit >= 0; digit--) {
        request.setByte(at + ID_AT + digit, '0' + id % 10);
        id /= 10;
      }
      random ^= random << 13;
      random ^= random >>> 7;
      random ^= random << 17;
      for (int digit = 0; digit < RANDOM_DIGITS; digit++) {
        request.setByte(at + RANDOM_AT + digit, HEX[(int) (random >>> (digit * 4)) & 15]);
      }
    }
  }

  private static String body(int length, Random seeded) {
    StringBuilder body =
        new StringBuilder(EVENT)
            .append("{\"event\":\"page_view\",\"path\":\"/products/")
            .append(seeded.nextInt(100_000))
            .append("\",\"title\":\"");
    while (body.length() < length - 2) {
      body.append(WORDS.get(seeded.nextInt(WORDS.size()))).append(' ');
    }
    body.setLength(length - 2);
    return body.append("\"}").toString();
  }

  /** What Chrome sends with a {@code fetch} to another site, in its order. */
  private static String head(Shape shape, int bodyLength, Random seeded) {
    int version = 130 + seeded.nextInt(12);
    String shop = "https://shop" + seeded.nextInt(50) + ".example.com";
    return """
    POST /collect HTTP/1.1\r
    Host: events.example.com\r
    Connection: %s\r
    Content-Length: %d\r
    sec-ch-ua-platform: "Windows"\r
    User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36\r
    sec-ch-ua: "Chromium";v="%d", "Google Chrome";v="%d", "Not_A Brand";v="99"\r
    Content-Type: %s\r
    sec-ch-ua-mobile: ?0\r
    Accept: */*\r
    Origin: %s\r
    Sec-Fetch-Site: cross-site\r
    Sec-Fetch-Mode: no-cors\r
    Sec-Fetch-Dest: empty\r
    Referer: %s/\r
    Accept-Encoding: gzip, deflate, br, zstd\r
    Accept-Language: en-US,en;q=0.9\r
    Cookie: visitor=%016x%016x; session=%016x\r
    \r
    """
        .formatted(
            shape.keepAlive() ? "keep-alive" : "close",
            bodyLength,
            version,
            version,
            version,
            shape.eventsPerRequest() > 1 ? "application/x-ndjson" : "text/plain;charset=UTF-8",
            shop,
            shop,
            seeded.nextLong(),
            seeded.nextLong(),
            seeded.nextLong());
  }
}
