package io.estat.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

final class AnswerScanTest {
  private final AnswerScan scan = new AnswerScan();

  @Test
  void findsTheStatusOfAnAnswerWithoutABody() {
    assertThat(feed("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")).isEqualTo(200);
    assertThat(feed("HTTP/1.1 200 OK\r\n\r\n")).isEqualTo(200);
  }

  @Test
  void waitsForTheWholeBody() {
    assertThat(feed("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\n")).isZero();
    assertThat(feed("bu")).isZero();
    assertThat(feed("sy")).isEqualTo(503);
    assertThat(feed("HTTP/1.1 200 OK\r\n\r\n")).as("the next").isEqualTo(200);
  }

  @Test
  void findsAnAnswerThatComesByteByByte() {
    String answer = "HTTP/1.1 413 Large\r\ncontent-length: 1\r\nA: b\r\n\r\nx";
    for (int i = 0; i < answer.length() - 1; i++) {
      assertThat(feed(answer.substring(i, i + 1))).isZero();
    }
    assertThat(feed("x")).isEqualTo(413);
  }

  private int feed(String bytes) {
    return scan.feed(Unpooled.copiedBuffer(bytes, ISO_8859_1));
  }
}
