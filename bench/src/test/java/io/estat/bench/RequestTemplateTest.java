package io.estat.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

final class RequestTemplateTest {
  @Test
  void hasABodyOfExactlyTheShapesLength() {
    String request = numbered(Shape.SATURATION, 7);
    assertThat(request).contains("\r\nContent-Length: 200\r\n");
    assertThat(body(request)).hasSize(200).startsWith("id=000000007;r=").endsWith("\"}");
  }

  @Test
  void numbersEveryLineOfAnNdjsonBody() {
    String[] lines = body(numbered(Shape.plain("ndjson").ndjson(50), 100)).split("\n");
    assertThat(lines).hasSize(50);
    assertThat(lines[0]).startsWith("id=000000100;").hasSize(200);
    assertThat(lines[49]).startsWith("id=000000149;").hasSize(200);
  }

  @Test
  void neverSendsTheSameBodyTwice() {
    RequestTemplate template = new RequestTemplate(Shape.SATURATION, 1);
    ByteBuf request = Unpooled.copiedBuffer(template.bytes());
    template.number(request, 1);
    String first = body(request.toString(US_ASCII));
    template.number(request, 1);
    assertThat(body(request.toString(US_ASCII))).isNotEqualTo(first);
  }

  /** The two ends of the check: what the load counts as sent, and what the bucket is asked for. */
  @Test
  void isFoundAgainInTheLinesOfABucket() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int id : new int[] {3, 4, 4}) {
      String body = body(numbered(Shape.SATURATION, id)).replace("\"", "\\\"");
      lines.append("{\"ts\":1,\"user_agent\":\"body\",\"body\":\"").append(body).append("\"}\n");
    }
    lines.append("{\"ts\":1,\"body\":\"a stranger\"}\n");
    Landed landed = new Landed();
    Bucket.lines(new ByteArrayInputStream(lines.toString().getBytes(US_ASCII)), landed);

    assertThat(landed.lines()).isEqualTo(4);
    assertThat(landed.surplus()).as("one double, one stranger").isEqualTo(2);
    assertThat(landed.missing(ids(3, 4))).isZero();
    assertThat(landed.missing(ids(3, 4, 5))).isEqualTo(1);
    assertThat(landed.unanswered(ids(3))).isEqualTo(1);
  }

  private static BitSet ids(int... ids) {
    BitSet set = new BitSet();
    for (int id : ids) {
      set.set(id);
    }
    return set;
  }

  private static String numbered(Shape shape, int firstId) {
    RequestTemplate template = new RequestTemplate(shape, 1);
    ByteBuf request = Unpooled.copiedBuffer(template.bytes());
    template.number(request, firstId);
    return request.toString(US_ASCII);
  }

  private static String body(String request) {
    return request.substring(request.indexOf("\r\n\r\n") + 4);
  }
}
