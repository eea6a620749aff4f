package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That the walk over a trace sees an answer that is too early, so that {@link StraceIT} can. */
final class SyncTraceTest {
  private static final String ASKED = "1 recvfrom(8<socket:[5]>, \"POST /collect id=7;\", 99) = 19";
  private static final String WRITTEN =
      "2 writev(9</j/a.jsonl>, [{iov_base=\"id=7;\", iov_len=5}], 1) = 5";
  private static final String SYNC_BEGINS = "2 fsync(9</j/a.jsonl> <unfinished ...>";
  private static final String SYNC_ENDS = "2 <... fsync resumed>) = 0";
  private static final String NAMED = "2 fsync(10</j>) = 0";
  private static final String ANSWERED = "1 sendto(8<socket:[5]>, \"HTTP/1.1 200 OK\", 15) = 15";

  private static SyncTrace trace(String... lines) {
    return SyncTrace.of(List.of(lines), Path.of("/j"));
  }

  private static void assertEarly(String... lines) {
    SyncTrace trace = trace(lines);
    assertThat(trace.early()).containsExactly("event 7 on socket:[5]");
    assertThat(trace.answered().isEmpty()).isTrue();
  }

  @Test
  void anAnswerBehindWriteSyncAndTheSyncOfTheFolderIsInTime() {
    SyncTrace trace = trace(ASKED, WRITTEN, SYNC_BEGINS, SYNC_ENDS, NAMED, ANSWERED);
    assertThat(trace.early()).isEmpty();
    assertThat(trace.answered().get(7)).isTrue();
    assertThat(trace.syncs()).isEqualTo(1);
  }

  @Test
  void anAnswerDuringTheSyncIsTooEarly() {
    assertEarly(ASKED, WRITTEN, NAMED, SYNC_BEGINS, ANSWERED, SYNC_ENDS);
  }

  @Test
  void aSyncThatBeganBeforeTheWriteDoesNotCount() {
    assertEarly(
        ASKED,
        "2 writev(9</j/a.jsonl>, [{iov_base=\"id=6;\", iov_len=5}], 1) = 5",
        NAMED,
        SYNC_BEGINS,
        WRITTEN.replaceFirst("2", "3"),
        SYNC_ENDS,
        ANSWERED);
  }

  @Test
  void aSyncThatFailedDoesNotCount() {
    assertEarly(
        ASKED, WRITTEN, NAMED, "2 fsync(9</j/a.jsonl>) = -1 EIO (Input/output error)", ANSWERED);
  }

  @Test
  void aFileWithoutADurableNameDoesNotCount() {
    assertEarly(ASKED, WRITTEN, SYNC_BEGINS, SYNC_ENDS, ANSWERED);
  }
}
