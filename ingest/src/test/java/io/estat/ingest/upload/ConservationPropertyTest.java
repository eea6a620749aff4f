package io.estat.ingest.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.ingest.Landed;
import io.estat.ingest.batch.Intake;
import io.estat.ingest.batch.OpenBatch.Admission;
import io.estat.ingest.batch.TextLines;
import io.estat.testkit.Fault;
import io.estat.testkit.MemoryStore;
import io.estat.testkit.Property;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random sequences of accept, seal, puts that fail or whose outcome is unknown, collisions, spills,
 * retries and restarts, while another thread looks at the books all the time: they always balance,
 * and at the end every accepted event is in the bucket exactly once.
 */
class ConservationPropertyTest {
  private static final Fault[] FAULTS = {
    Fault.LOST_REQUEST,
    Fault.LOST_ANSWER,
    Fault.HANG,
    Fault.HANG_THEN_STORE,
    Fault.UNAVAILABLE,
    Fault.THROTTLED,
    Fault.CONFLICT,
    Fault.DENIED,
    Fault.NO_BUCKET,
    Fault.TAKEN
  };

  @TempDir Path folder;

  @Test
  void everyAcceptedEventEndsInTheBucketOnceWhateverHappens() {
    Property.forAll(
        6,
        Random::nextLong,
        seed -> new Run(Files.createTempDirectory(folder, "run"), new Random(seed)).run());
  }

  /** One sequence, over several lives. */
  private static final class Run {
    private final Path dlqFolder;
    private final Random random;
    private final MemoryStore bucket = new MemoryStore();
    private final List<String> accepted = new ArrayList<>();
    private Corridor life;

    Run(Path dlqFolder, Random random) {
      this.dlqFolder = dlqFolder;
      this.random = random;
      this.life = newLife();
    }

    private Corridor newLife() {
      var plan = new Corridor.Plan(dlqFolder, bucket);
      plan.limits =
          Intake.limits(1 + random.nextInt(20), random.nextInt(30), 1 + random.nextInt(3));
      plan.timeout = Duration.ofMillis(60);
      plan.attempts = 1 + random.nextInt(2);
      return plan.build().start();
    }

    void run() throws Exception {
      int steps = 60 + random.nextInt(60);
      var over = new AtomicBoolean();
      for (int lives = 1 + random.nextInt(3); lives > 0; lives--) {
        Corridor current = life;
        over.set(false);
        var looks = new ArrayList<Long>();
        Thread scraper =
            Thread.ofPlatform()
                .start(
                    () -> {
                      while (!over.get()) {
                        looks.add(current.intake.ledger.cut().difference());
                        Thread.onSpinWait();
                        java.util.concurrent.locks.LockSupport.parkNanos(20_000);
                      }
                    });
        try {
          for (int i = 0; i < steps; i++) {
            step();
          }
          if (lives == 1) {
            recover();
          }
          end();
        } finally {
          over.set(true);
          scraper.join();
          life.close();
        }
        assertThat(looks).isNotEmpty().allMatch(difference -> difference == 0);
        if (lives > 1) {
          life = newLife();
        }
      }
      assertThat(Landed.files(dlqFolder)).isEmpty();
      assertThat(life.landed().stream().sorted().toList())
          .isEqualTo(accepted.stream().sorted().toList());
    }

    private void step() throws InterruptedException {
      switch (random.nextInt(10)) {
        case 0 -> life.intake.clock.advance(Duration.ofMinutes(random.nextInt(40)));
        case 1 -> life.intake.clock.step(Duration.ofMinutes(random.nextInt(240) - 120));
        case 2 -> life.intake.tick();
        case 3 -> life.faults.roll(random.nextLong(), random.nextDouble(), FAULTS);
        case 4 -> life.faults.well();
        case 5 -> java.util.concurrent.locks.LockSupport.parkNanos(random.nextInt(40) * 1_000_000L);
        default -> accept(1 + random.nextInt(15));
      }
      life.intake.assertBalanced();
    }

    private void accept(int events) {
      for (int i = 0; i < events; i++) {
        String body = "event-" + accepted.size();
        if (life.intake.admit(TextLines.of(body)) == Admission.ACCEPTED) {
          accepted.add(body);
        }
      }
    }

    private void recover() {
      life.faults.well();
      life.intake.open.close();
      await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () -> {
                life.intake.assertBalanced();
                return life.intake.queue.isEmpty() && Landed.files(dlqFolder).isEmpty();
              });
    }

    private void end() throws InterruptedException, IOException {
      life.drain(Duration.ofMillis(random.nextInt(200)), Duration.ofMinutes(1));
      assertThat(life.intake.queue.dropAll()).isZero();
      life.intake.assertBalanced();
      assertThat(life.intake.ledger.cut().inMemory()).isZero();
    }
  }
}
