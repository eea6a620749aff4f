package io.estat.etl.server.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.etl.domain.Schedule;
import io.estat.testkit.Gen;
import io.estat.testkit.Property;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FireTimesTest {
  private static final List<String> ZONES =
      List.of("Europe/Berlin", "America/New_York", "Asia/Seoul", "Australia/Lord_Howe", "UTC");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # expression       | zone      | after                     | next, next
          0 3 * * *          | UTC       | 2026-01-01T00:00Z         | 2026-01-01T03:00Z 2026-01-02T03:00Z
          0 3 * * *          | Asia/Seoul| 2026-01-01T00:00+09:00    | 2026-01-01T03:00+09:00 2026-01-02T03:00+09:00
          30 0 3 * * *       | UTC       | 2026-01-01T00:00Z         | 2026-01-01T03:00:30Z 2026-01-02T03:00:30Z
          */20 * * * * *     | UTC       | 2026-01-01T00:00Z         | 2026-01-01T00:00:20Z 2026-01-01T00:00:40Z
          @hourly            | UTC       | 2026-01-01T00:00Z         | 2026-01-01T01:00Z 2026-01-01T02:00Z
          @Daily             | UTC       | 2026-01-01T00:00Z         | 2026-01-02T00:00Z 2026-01-03T00:00Z
          @midnight          | UTC       | 2026-01-01T00:00Z         | 2026-01-02T00:00Z 2026-01-03T00:00Z
          @weekly            | UTC       | 2026-01-01T00:00Z         | 2026-01-04T00:00Z 2026-01-11T00:00Z
          @monthly           | UTC       | 2026-01-01T00:00Z         | 2026-02-01T00:00Z 2026-03-01T00:00Z
          @yearly            | UTC       | 2026-01-01T00:00Z         | 2027-01-01T00:00Z 2028-01-01T00:00Z
          @annually          | UTC       | 2026-01-01T00:00Z         | 2027-01-01T00:00Z 2028-01-01T00:00Z
          0 0 * * MON-FRI    | UTC       | 2026-01-02T00:00Z         | 2026-01-05T00:00Z 2026-01-06T00:00Z
          0 0 * * 7          | UTC       | 2026-01-01T00:00Z         | 2026-01-04T00:00Z 2026-01-11T00:00Z
          0 0 29 2 *         | UTC       | 2026-01-01T00:00Z         | 2028-02-29T00:00Z 2032-02-29T00:00Z
          0 0 L * *          | UTC       | 2026-01-31T00:00Z         | 2026-02-28T00:00Z 2026-03-31T00:00Z
          # Both days restricted: either will do.
          0 0 13 * 5         | UTC       | 2026-01-01T00:00Z         | 2026-01-02T00:00Z 2026-01-09T00:00Z
          0 0 13 * 5         | UTC       | 2026-01-09T00:00Z         | 2026-01-13T00:00Z 2026-01-16T00:00Z
          # A time that is reached exactly, and one within a second, is over.
          0 3 * * *          | UTC       | 2026-01-01T03:00Z         | 2026-01-02T03:00Z 2026-01-03T03:00Z
          0 3 * * *          | UTC       | 2026-01-01T02:59:59.999Z  | 2026-01-01T03:00Z 2026-01-02T03:00Z
          """)
  void firesAt(String expression, String zone, String after, String expected) {
    assertFires(expression, zone, after, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # Berlin: 02:00 becomes 03:00 on 2026-03-29 at 01:00Z.
          30 2 * * *     | Europe/Berlin       | 2026-03-28T12:00Z | 2026-03-29T03:00+02:00 2026-03-30T02:30+02:00
          0 2 * * *      | Europe/Berlin       | 2026-03-28T12:00Z | 2026-03-29T03:00+02:00 2026-03-30T02:00+02:00
          # Several times in the gap, and its end: once.
          0,20,40 2 * * * | Europe/Berlin      | 2026-03-28T12:00Z | 2026-03-29T03:00+02:00 2026-03-30T02:00+02:00
          0 2,3 * * *    | Europe/Berlin       | 2026-03-28T12:00Z | 2026-03-29T03:00+02:00 2026-03-30T02:00+02:00
          30 2,3 * * *   | Europe/Berlin       | 2026-03-28T12:00Z | 2026-03-29T03:00+02:00 2026-03-29T03:30+02:00
          */30 * * * *   | Europe/Berlin       | 2026-03-29T00:15Z | 2026-03-29T01:30+01:00 2026-03-29T03:00+02:00 2026-03-29T03:30+02:00
          # The second before the gap's end, and the end itself.
          30 2 * * *     | Europe/Berlin       | 2026-03-29T00:59:59Z | 2026-03-29T03:00+02:00 2026-03-30T02:30+02:00
          30 2 * * *     | Europe/Berlin       | 2026-03-29T01:00:00Z | 2026-03-30T02:30+02:00
          # Only the gap's day would do.
          30 2 29 3 *    | Europe/Berlin       | 2026-01-01T00:00Z | 2026-03-29T03:00+02:00 2027-03-29T02:30+02:00
          # New York: 02:00 becomes 03:00 on 2026-03-08.
          15 2 * * *     | America/New_York    | 2026-03-07T12:00Z | 2026-03-08T03:00-04:00 2026-03-09T02:15-04:00
          # Lord Howe: 02:00 becomes 02:30 on 2026-10-04.
          15 2 * * *     | Australia/Lord_Howe | 2026-10-03T00:00Z | 2026-10-04T02:30+11:00 2026-10-05T02:15+11:00
          45 2 * * *     | Australia/Lord_Howe | 2026-10-03T00:00Z | 2026-10-04T02:45+11:00 2026-10-05T02:45+11:00
          # Samoa left out 2011-12-30.
          0 12 * * *     | Pacific/Apia        | 2011-12-29T23:00Z | 2011-12-31T00:00+14:00 2011-12-31T12:00+14:00
          """)
  void aLocalTimeInAGapFiresOnceAtItsEnd(
      String expression, String zone, String after, String expected) {
    assertFires(expression, zone, after, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # Berlin: 03:00 becomes 02:00 on 2026-10-25 at 01:00Z.
          30 2 * * *     | Europe/Berlin       | 2026-10-24T12:00Z | 2026-10-25T02:30+02:00 2026-10-26T02:30+01:00
          0 2 * * *      | Europe/Berlin       | 2026-10-24T12:00Z | 2026-10-25T02:00+02:00 2026-10-26T02:00+01:00
          0 3 * * *      | Europe/Berlin       | 2026-10-24T12:00Z | 2026-10-25T03:00+01:00 2026-10-26T03:00+01:00
          30 1,2,3 * * * | Europe/Berlin       | 2026-10-24T22:00Z | 2026-10-25T01:30+02:00 2026-10-25T02:30+02:00 2026-10-25T03:30+01:00
          # Asked in the middle of the repetition.
          30 2 * * *     | Europe/Berlin       | 2026-10-25T01:10Z | 2026-10-26T02:30+01:00
          # New York: 02:00 becomes 01:00 on 2026-11-01.
          30 1 * * *     | America/New_York    | 2026-10-31T12:00Z | 2026-11-01T01:30-04:00 2026-11-02T01:30-05:00
          # Lord Howe: 02:00 becomes 01:30 on 2026-04-05.
          45 1 * * *     | Australia/Lord_Howe | 2026-04-04T00:00Z | 2026-04-05T01:45+11:00 2026-04-06T01:45+10:30
          """)
  void aFixedTimeInAnOverlapFiresTheFirstTimeOnly(
      String expression, String zone, String after, String expected) {
    assertFires(expression, zone, after, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          30 * * * *     | Europe/Berlin       | 2026-10-25T00:00Z | 2026-10-25T02:30+02:00 2026-10-25T02:30+01:00 2026-10-25T03:30+01:00
          */30 2 * * *   | Europe/Berlin       | 2026-10-24T12:00Z | 2026-10-25T02:00+02:00 2026-10-25T02:30+02:00 2026-10-25T02:00+01:00 2026-10-25T02:30+01:00 2026-10-26T02:00+01:00
          0 */2 * * *    | Europe/Berlin       | 2026-10-24T22:30Z | 2026-10-25T02:00+02:00 2026-10-25T02:00+01:00 2026-10-25T04:00+01:00
          @hourly        | America/New_York    | 2026-11-01T04:30Z | 2026-11-01T01:00-04:00 2026-11-01T01:00-05:00 2026-11-01T02:00-05:00
          */15 * * * *   | Australia/Lord_Howe | 2026-04-04T14:40Z | 2026-04-05T01:45+11:00 2026-04-05T01:30+10:30 2026-04-05T01:45+10:30 2026-04-05T02:00+10:30
          """)
  void anIntervalFiresInBothHalvesOfAnOverlap(
      String expression, String zone, String after, String expected) {
    assertFires(expression, zone, after, expected);
  }

  private static void assertFires(String expression, String zone, String after, String expected) {
    FireTimes times = FireTimes.of(new Schedule(expression, ZoneId.of(zone)));
    List<Instant> instants =
        Stream.of(expected.split(" ")).map(t -> OffsetDateTime.parse(t).toInstant()).toList();

    List<Instant> fired =
        Stream.iterate(
                times.after(OffsetDateTime.parse(after).toInstant()).orElseThrow(),
                instant -> times.after(instant).orElseThrow())
            .limit(instants.size())
            .toList();

    assertThat(fired).isEqualTo(instants);
  }

  /** A plain twin: walks through every minute of two days around any change of any zone. */
  @Test
  void agreesWithAWalkThroughEveryMinute() {
    Gen<Case> cases = FireTimesTest::anyCase;
    Property.forAll(
        400,
        cases,
        c -> {
          FireTimes times = FireTimes.of(new Schedule(c.expression(), c.zone()));
          Cron cron = Cron.parse(c.expression());
          Instant end = c.start().plus(Duration.ofDays(2));
          List<Instant> fired =
              Stream.iterate(
                      times.after(c.start()).orElseThrow(), at -> times.after(at).orElseThrow())
                  .takeWhile(at -> !at.isAfter(end))
                  .toList();
          List<Instant> walked =
              Stream.iterate(c.start().plusSeconds(60), at -> at.plusSeconds(60))
                  .takeWhile(at -> !at.isAfter(end))
                  .filter(at -> walkedFires(cron, c.zone(), at))
                  .toList();
          assertThat(fired).isEqualTo(walked);
        });
  }

  private record Case(String expression, ZoneId zone, Instant start) {}

  private static Case anyCase(Random random) {
    ZoneId zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
    String minute = List.of("0", "30", "7,45", "*/20", "*", "0-10/5").get(random.nextInt(6));
    String hour = List.of("*", "1", "2", "3", "1-3", "0,2", "*/2").get(random.nextInt(7));
    Instant any = Instant.parse("2020-01-01T00:00:00Z").plus(Duration.ofDays(random.nextInt(3000)));
    var change = zone.getRules().nextTransition(any);
    Instant start = change == null ? any : change.getInstant().minus(Duration.ofHours(24));
    return new Case(minute + " " + hour + " * * *", zone, start);
  }

  private static boolean walkedFires(Cron cron, ZoneId zone, Instant at) {
    ZoneRules rules = zone.getRules();
    LocalDateTime local = LocalDateTime.ofInstant(at, rules.getOffset(at));
    var before = rules.getOffset(at.minusNanos(1));
    var gapStart = LocalDateTime.ofInstant(at, before);
    if (gapStart.isBefore(local)
        && Stream.iterate(gapStart, l -> l.isBefore(local), l -> l.plusMinutes(1))
            .anyMatch(l -> names(cron, l))) {
      return true;
    }
    boolean second =
        rules.getValidOffsets(local).size() == 2
            && rules.getOffset(at).equals(rules.getValidOffsets(local).getLast());
    return names(cron, local) && (!second || cron.isInterval());
  }

  private static boolean names(Cron cron, LocalDateTime local) {
    return cron.atOrAfter(local).filter(local::equals).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "* * * *",
        "0 0 0 0 0 0 0",
        "61 * * * *",
        "* 24 * * *",
        "a * * * *",
        "@reboot",
        "0 0 32 * *",
        "0 0 * 13 *",
        "0 0 * * 8",
        "*/0 * * * *",
        "5-1 * * * *",
        "0 0 * * MON-"
      })
  void refusesWhatCannotBeRead(String expression) {
    assertThatThrownBy(() -> FireTimes.of(new Schedule(expression, ZoneId.of("UTC"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cron expression '" + expression + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0 0 30 2 *", "0 0 31 4,6 *", "0 0 0 31 11 *"})
  void refusesWhatNeverFires(String expression) {
    assertThatThrownBy(
            () ->
                FireTimes.check(
                    new Schedule(expression, ZoneId.of("Europe/Berlin")),
                    Instant.parse("2026-01-01T00:00:00Z")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not fire within 5 years");
  }

  @Test
  void refusesWhatFiresOnlyAfterFiveYears() {
    var leapDay = new Schedule("0 0 29 2 *", ZoneId.of("UTC"));

    assertThatCode(() -> FireTimes.check(leapDay, Instant.parse("2026-01-01T00:00:00Z")))
        .doesNotThrowAnyException();
    // 2100 is no leap year.
    assertThatThrownBy(() -> FireTimes.check(leapDay, Instant.parse("2096-03-01T00:00:00Z")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
