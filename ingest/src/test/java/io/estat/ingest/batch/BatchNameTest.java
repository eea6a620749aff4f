package io.estat.ingest.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.storage.ObjectKeys;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What objects are called. */
class BatchNameTest {
  @Test
  void theKeyIsAHivePartitionInUtcOfTheFirstEvent() {
    TimeZone before = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone(ZoneId.of("Asia/Seoul")));
    try {
      assertThat(BatchName.of(1_700_000_000, "web-0a1b", 17).key("raw"))
          .isEqualTo("raw/dt=2023-11-14/hr=22/1700000000_web-0a1b_17.jsonl.gz");
      assertThat(BatchName.of(1_704_067_199, "web-0a1b", 1).key("a/b"))
          .isEqualTo("a/b/dt=2023-12-31/hr=23/1704067199_web-0a1b_1.jsonl.gz");
      assertThat(BatchName.of(1_704_067_200, "web-0a1b", 2).key("a/b"))
          .isEqualTo("a/b/dt=2024-01-01/hr=00/1704067200_web-0a1b_2.jsonl.gz");
    } finally {
      TimeZone.setDefault(before);
    }
  }

  @Test
  void twoStartsWithOneInstanceIdAndAFrozenClockNeverMintTheSameName() {
    var one = new NameMint("same");
    var other = new NameMint("same");
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      assertThat(names.add(one.next(1_700_000_000).text())).isTrue();
      assertThat(names.add(other.next(1_700_000_000).text())).isTrue();
    }
  }

  @Test
  void aThousandRestartsInOneSecondMintAThousandNames() {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      names.add(new NameMint("same").next(1_700_000_000).text());
    }
    assertThat(names).hasSize(1000);
  }

  @Test
  void theInstanceEndsInAtLeast48RandomBits() {
    assertThat(new NameMint("web").instance()).matches("web-[0-9a-f]{12,}");
    Set<String> bits = new HashSet<>();
    int[] ones = new int[48];
    for (int i = 0; i < 400; i++) {
      String instance = new NameMint("web").instance();
      long random = Long.parseLong(instance.substring(4), 16);
      bits.add(instance);
      for (int bit = 0; bit < 48; bit++) {
        ones[bit] += (int) (random >>> bit & 1);
      }
    }
    assertThat(bits).hasSize(400);
    assertThat(Arrays.stream(ones)).as("each bit is drawn").allMatch(n -> n > 120 && n < 280);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host.example.com",
        "a_b",
        "../../etc",
        "sp ace",
        "ümlaut",
        "a/b",
        "",
        "한국",
        "%2F"
      })
  void anyInstanceIdMakesANameThatIsReadAgain(String instanceId) {
    var mint = new NameMint(instanceId);
    BatchName name = mint.next(1_700_000_000);
    assertThat(name.text()).matches("1700000000_[A-Za-z0-9.-]+-[0-9a-f]{12}_1");
    assertThat(BatchName.parse(name.text())).contains(name);
    assertThat(name.isOf(mint.instance())).isTrue();
    assertThat(name.isUnique()).isTrue();
    ObjectKeys.requirePlain(name.key("raw"));
  }

  @Test
  void aLongInstanceIdIsCutSoThatFileNamesStayLegal() {
    BatchName name = new NameMint("h".repeat(500)).next(1_700_000_000);
    assertThat((name.text() + BatchName.EXTENSION + ".meta.json.tmp").length()).isLessThan(200);
  }

  @Test
  void theNameAfterACollisionFollowsFromTheNameAndReadsAgain() {
    BatchName name = BatchName.of(1_700_000_000, "web-0a1b", 17);
    BatchName next = name.afterCollision();
    assertThat(next).isEqualTo(name.afterCollision()).isNotEqualTo(name);
    assertThat(next.unixSeconds()).isEqualTo(name.unixSeconds());
    assertThat(next.afterCollision()).isNotIn(name, next);
    assertThat(BatchName.parse(next.text())).contains(next);
  }

  @Test
  void readsTheOlderFormOfEpochMilliseconds() {
    BatchName name = BatchName.parse("1700000039332").orElseThrow();
    assertThat(name.key("raw")).isEqualTo("raw/dt=2023-11-14/hr=22/1700000039332.jsonl.gz");
    assertThat(name.isUnique()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1_2", "_a_1", "1700000000_a", "1700000000_a_b", "170000003933"})
  void takesNothingElseForAName(String text) {
    assertThat(BatchName.parse(text)).isEmpty();
  }
}
