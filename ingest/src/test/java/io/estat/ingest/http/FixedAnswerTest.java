package io.estat.ingest.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FixedAnswerTest {
  private static final String TEXT = "HTTP/1.1 200 OK\r\n\r\n";

  private final FixedAnswer answer = new FixedAnswer(TEXT);

  /** As clients do that are slow to read: some for a while, one for good. */
  @Test
  void eachBufferHasAllBytesHoweverFarTheOthersAreWritten() {
    var random = new Random(1);
    var unwritten = new ArrayDeque<ByteBuf>();
    ByteBuf neverWritten = answer.buffer().skipBytes(3);
    for (int i = 0; i < 1_000; i++) {
      ByteBuf buffer = answer.buffer();
      assertThat(buffer.toString(ISO_8859_1)).isEqualTo(TEXT);
      unwritten.add(buffer.skipBytes(random.nextInt(TEXT.length())));
      while (unwritten.size() > random.nextInt(40)) {
        unwritten.remove().release();
      }
    }
    assertThat(neverWritten.toString(ISO_8859_1)).isEqualTo(TEXT.substring(3));
  }

  @Test
  void usesWrittenBuffersAnew() {
    Set<ByteBuf> buffers = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < 1_000; i++) {
      ByteBuf buffer = answer.buffer();
      buffers.add(buffer);
      buffer.release();
    }
    assertThat(buffers).hasSizeLessThan(20);
  }
}
