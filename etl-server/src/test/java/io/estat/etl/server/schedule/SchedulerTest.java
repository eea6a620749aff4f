package io.estat.etl.server.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.domain.Job;
import io.estat.etl.domain.Schedule;
import io.estat.etl.domain.Transport;
import io.estat.etl.domain.TransportId;
import io.estat.etl.domain.Trigger;
import io.estat.etl.server.store.ScheduleStore;
import io.estat.etl.server.store.StoreDatabase;
import io.estat.etl.server.store.StoreSettings;
import io.estat.etl.server.store.Stores;
import io.estat.etl.server.store.TransportChange;
import io.estat.etl.server.store.TransportCreation;
import io.estat.etl.server.store.TransportDefinition;
import io.estat.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SchedulerTest {
  private static final Instant TEN = Instant.parse("2026-03-01T10:00:00Z");

  private final ManualClock time = new ManualClock(TEN);
  private final StoreDatabase database =
      StoreDatabase.open(new StoreSettings("jdbc:h2:mem:" + UUID.randomUUID(), "", ""));
  private final Stores stores = Stores.of(database, this::now, RandomGenerator.getDefault());
  private final AtomicInteger woken = new AtomicInteger();
  private final Scheduler scheduler =
      new Scheduler(
          database,
          stores.schedules(),
          stores.jobs(),
          woken::incrementAndGet,
          Scheduler.GRACE,
          this::now);

  @AfterEach
  void close() {
    database.close();
  }

  private Instant now() {
    return Instant.ofEpochMilli(time.wallMillis());
  }

  @Test
  void createsAJobAtTheTimeAndNotBefore() {
    TransportId id = transport("30 * * * *", true).id();
    scheduler.turn();
    at("10:29:59.999");
    assertThat(jobs(id)).isEmpty();

    at("10:30:00");

    assertThat(jobs(id)).hasSize(1);
    assertThat(jobs(id).getFirst().trigger()).isEqualTo(Trigger.SCHEDULE);
    assertThat(runs(id)).containsExactly(ran("10:30:00", jobs(id).getFirst()));
    assertThat(woken).hasValue(1);
    scheduler.turn();
    assertThat(jobs(id)).hasSize(1);
  }

  @Test
  void firesAgainAtTheNextTime() {
    TransportId id = transport("*/30 * * * *", true).id();
    at("10:30:00");
    end(id);
    at("11:00:01");

    assertThat(jobs(id)).extracting(Job::version).containsExactly(2, 1);
    assertThat(runs(id))
        .extracting(ScheduleStore.Run::scheduledAt)
        .containsExactly(time("11:00:00"), time("10:30:00"));
  }

  @Test
  void missesBetweenCreationAndFirstTurnNothing() {
    TransportId id = transport("0 0 10 * * *", true).id();
    TransportId other = transport("1 0 10 * * *", true).id();

    at("10:00:03");

    assertThat(jobs(id)).isEmpty();
    assertThat(runs(other)).containsExactly(ran("10:00:01", jobs(other).getFirst()));
  }

  @Test
  void catchesUpOnceWithTheNewestOfTheMissedTimes() {
    TransportId id = transport("*/20 * * * *", true).id();
    scheduler.turn();

    at("11:15:00");

    assertThat(jobs(id)).hasSize(1);
    assertThat(runs(id)).hasSize(2);
    assertThat(runs(id).getFirst()).isEqualTo(ran("11:00:00", jobs(id).getFirst()));
    assertThat(runs(id).getLast().scheduledAt()).isEqualTo(time("10:20:00"));
    assertThat(runs(id).getLast().reason()).contains("no server looked").contains("11:00:00");
    assertThat(scheduler.skipped(SkipReason.MISSED)).isEqualTo(1);
  }

  @Test
  void catchesUpWhenJustLessThanTheGraceLate() {
    TransportId id = transport("30 10 * * *", true).id();
    scheduler.turn();

    at("11:29:59.999");

    assertThat(runs(id)).containsExactly(ran("10:30:00", jobs(id).getFirst()));
  }

  @Test
  void doesNotCatchUpWhatIsTheGraceLate() {
    TransportId id = transport("30 10 * * *", true).id();
    scheduler.turn();

    at("11:30:00");

    assertThat(jobs(id)).isEmpty();
    assertThat(runs(id)).hasSize(1);
    assertThat(runs(id).getFirst().scheduledAt()).isEqualTo(time("10:30:00"));
    assertThat(runs(id).getFirst().reason()).contains("no server looked");
    time.advance(Duration.ofDays(1).minus(Duration.ofHours(1)));
    scheduler.turn();
    assertThat(jobs(id)).hasSize(1);
  }

  @Test
  void recordsWhatIsDueWhileAJobRunsAsSkipped() {
    TransportId id = transport("*/30 * * * *", true).id();
    at("10:30:00");
    Job running = jobs(id).getFirst();

    at("11:00:00");

    assertThat(jobs(id)).containsExactly(running);
    assertThat(runs(id).getFirst().job()).isNull();
    assertThat(runs(id).getFirst().reason()).contains(running.id().value());
    assertThat(woken).hasValue(1);
    assertThat(scheduler.skipped(SkipReason.TRANSPORT_BUSY)).isEqualTo(1);
  }

  @Test
  void recordsWhatIsDueWhileDisabledAsSkipped() {
    TransportId id = transport("*/30 * * * *", false).id();

    at("10:30:00");

    assertThat(jobs(id)).isEmpty();
    assertThat(runs(id)).containsExactly(skipped("10:30:00", "the transport was disabled"));
  }

  @Test
  void aNewScheduleCountsFromTheMomentOfItsChange() {
    Transport before = transport("30 * * * *", true);
    scheduler.turn();
    time.advance(Duration.ofMinutes(5));
    change(before, new Schedule("10 * * * *", ZoneId.of("UTC")));

    at("10:10:00");
    end(before.id());
    at("10:30:00");

    assertThat(runs(before.id()))
        .extracting(ScheduleStore.Run::scheduledAt)
        .containsExactly(time("10:10:00"));
  }

  @Test
  void aChangeOfOtherThingsLeavesTheNextTimeAlone() {
    Transport before = transport("30 * * * *", true);
    scheduler.turn();
    time.advance(Duration.ofMinutes(45));
    change(before, before.schedule());

    scheduler.turn();

    assertThat(runs(before.id()))
        .extracting(ScheduleStore.Run::scheduledAt)
        .containsExactly(time("10:30:00"));
  }

  @Test
  void withoutAScheduleOrTransportNothingFires() {
    Transport unscheduled = transport("30 * * * *", true);
    Transport deleted = transport("30 * * * *", true);
    scheduler.turn();
    change(unscheduled, null);
    assertThat(stores.transports().delete(deleted.id(), 1))
        .isInstanceOf(TransportChange.Done.class);

    at("10:30:00");

    assertThat(stores.jobs().page(null, null, 0, 10).items()).isEmpty();
  }

  @Test
  void aScheduleThatCannotBeReadLeavesOthersAlone() {
    transport("not a cron", true);
    TransportId good = transport("30 * * * *", true).id();

    at("10:30:00");

    assertThat(jobs(good)).hasSize(1);
  }

  @Test
  void firesAtTheEndOfAGapInTheZoneOfTheTransport() {
    time.step(Duration.between(TEN, Instant.parse("2026-03-28T23:00:00Z")));
    TransportId id = created("30 2 * * *", ZoneId.of("Europe/Berlin"), true).id();
    scheduler.turn();
    time.advance(Duration.ofHours(2));

    scheduler.turn();

    assertThat(runs(id))
        .extracting(ScheduleStore.Run::scheduledAt)
        .containsExactly(Instant.parse("2026-03-29T01:00:00Z"));
  }

  @Test
  void forgetsAfterThirtyDaysWhatBecameOfATime() {
    transport("30 10 * * *", false);
    at("10:30:00");

    time.advance(ScheduleStore.KEPT);
    assertThat(stores.retention().forgetOld()).isZero();
    time.advance(Duration.ofSeconds(1));
    assertThat(stores.retention().forgetOld()).isEqualTo(1);
  }

  private void at(String timeOfDay) {
    time.step(Duration.between(now(), time(timeOfDay)));
    scheduler.turn();
  }

  private static Instant time(String timeOfDay) {
    return Instant.parse("2026-03-01T" + timeOfDay + "Z");
  }

  private static ScheduleStore.Run ran(String timeOfDay, Job job) {
    return new ScheduleStore.Run(time(timeOfDay), job.id(), null);
  }

  private static ScheduleStore.Run skipped(String timeOfDay, String reason) {
    return new ScheduleStore.Run(time(timeOfDay), null, reason);
  }

  private Transport transport(String expression, boolean enabled) {
    return created(expression, ZoneId.of("UTC"), enabled);
  }

  private Transport created(String expression, ZoneId zone, boolean enabled) {
    var definition =
        new TransportDefinition(
            "a", "", "default", List.of("A"), Map.of(), enabled, new Schedule(expression, zone));
    return ((TransportCreation.Created) stores.transports().create(definition, null)).transport();
  }

  private void change(Transport before, @Nullable Schedule schedule) {
    var definition =
        new TransportDefinition("changed", "", "default", List.of("A"), Map.of(), true, schedule);
    assertThat(stores.transports().update(before.id(), before.revision(), definition))
        .isInstanceOf(TransportChange.Done.class);
  }

  private List<Job> jobs(TransportId id) {
    return stores.jobs().page(id, null, 0, 100).items();
  }

  private List<ScheduleStore.Run> runs(TransportId id) {
    return stores.schedules().runs(id, 100);
  }

  private void end(TransportId id) {
    stores.jobs().requestCancel(stores.jobs().last(id).orElseThrow().id());
  }
}
