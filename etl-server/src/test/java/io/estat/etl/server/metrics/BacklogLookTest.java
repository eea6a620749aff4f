package io.estat.etl.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.Transport;
import io.estat.etl.domain.TransportId;
import io.estat.etl.domain.Trigger;
import io.estat.etl.server.store.Claim;
import io.estat.etl.server.store.StoreDatabase;
import io.estat.etl.server.store.StoreSettings;
import io.estat.etl.server.store.Stores;
import io.estat.etl.server.store.TransportCreation;
import io.estat.etl.server.store.TransportDefinition;
import io.estat.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BacklogLookTest {
  private final ManualClock time = new ManualClock(Instant.parse("2026-03-01T10:00:00Z"));
  private final StoreDatabase database =
      StoreDatabase.open(new StoreSettings("jdbc:h2:mem:" + UUID.randomUUID(), "", ""));
  private final Stores stores = Stores.of(database, this::now, RandomGenerator.getDefault());
  private final BacklogLook look = new BacklogLook(stores.jobs(), this::now);

  private Instant now() {
    return Instant.ofEpochMilli(time.wallMillis());
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void knowsNothingBeforeItsFirstLook() {
    assertThat(look.isAnswered()).isZero();
    assertThat(look.waiting()).isNaN();
    assertThat(look.running()).isNaN();
    assertThat(look.waitingSeconds()).isNaN();
    assertThat(look.runningSeconds()).isNaN();
  }

  @Test
  void showsHowManyJobsWaitAndRunAndSinceWhen() throws Exception {
    look.turn();
    assertThat(look.waitingSeconds()).isZero();
    assertThat(look.runningSeconds()).isZero();
    job();
    time.advance(Duration.ofSeconds(5));
    Claim claim = stores.claims().claim("this").orElseThrow();
    stores.events().append(claim, new JobEvent.JobStarted(now(), List.of("A")));
    time.advance(Duration.ofSeconds(7));
    job();
    job();
    time.advance(Duration.ofSeconds(2));

    look.turn();

    assertThat(look.isAnswered()).isEqualTo(1);
    assertThat(look.running()).isEqualTo(1);
    assertThat(look.waiting()).isEqualTo(2);
    assertThat(look.runningSeconds()).isEqualTo(9);
    assertThat(look.waitingSeconds()).isEqualTo(2);
    time.advance(Duration.ofSeconds(1));
    assertThat(look.runningSeconds()).isEqualTo(10);
  }

  @Test
  void forgetsWhatItKnewWhenTheJobStoreIsAway() {
    look.turn();
    assertThat(look.isAnswered()).isEqualTo(1);
    database.close();
    assertThatThrownBy(look::turn).isInstanceOf(RuntimeException.class);
    assertThat(look.isAnswered()).isZero();
    assertThat(look.running()).isNaN();
  }

  private void job() {
    stores.jobs().create(transport(), Trigger.API, null);
  }

  private TransportId transport() {
    var definition =
        new TransportDefinition(
            "nightly", "", Transport.DEFAULT_SOURCE, List.of("A"), Map.of(), true, null);
    return ((TransportCreation.Created) stores.transports().create(definition, null))
        .transport()
        .id();
  }
}
