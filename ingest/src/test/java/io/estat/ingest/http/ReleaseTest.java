package io.estat.ingest.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.estat.ingest.http.Answers.After;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Answers that were held back are let go, by connections whose client is the test. */
class ReleaseTest {
  private final EmbeddedChannel loop = new EmbeddedChannel();
  private final HttpCounters counters = new HttpCounters();
  private final HeldAnswers held =
      new HeldAnswers(
          loop.eventLoop(),
          new Answers(new Cors(List.of("https://a.example"))),
          counters,
          () -> {});

  /** An event that waits for the disk. */
  private EmbeddedChannel waiting(int origin) {
    var channel = new EmbeddedChannel();
    new Connection(channel, HttpConfig.Timeouts.DEFAULTS, held, new HeldBytes())
        .writeWhenOnDisk(Verdict.ACCEPTED, After.KEEP, origin);
    return channel;
  }

  private static String answered(EmbeddedChannel channel) {
    ByteBuf bytes = channel.readOutbound();
    String text = bytes == null ? "" : bytes.toString(ISO_8859_1);
    return text.lines().findFirst().orElse("");
  }

  @Test
  void anAnswerThatCannotBeMadeLeavesItsPlaceToNoOther() {
    EmbeddedChannel broken = waiting(7); // there is no such origin
    EmbeddedChannel refused = waiting(-1);
    EmbeddedChannel kept = waiting(-1);
    held.settled(2, false);
    loop.runPendingTasks();
    assertThat(answered(refused)).isEqualTo("HTTP/1.1 503 Service Unavailable");
    assertThat(answered(kept)).isEmpty();
    held.settled(1, true);
    loop.runPendingTasks();
    assertThat(answered(kept)).isEqualTo("HTTP/1.1 200 OK");
    assertThat(answered(broken)).isEmpty();
    assertThat(broken.isOpen()).isFalse();
    assertThat(counters.counts().accepted()).isEqualTo(1);
    assertThat(counters.counts().requests()).isEqualTo(3);
  }
}
