package io.estat.ingest.dlq;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.Ledger;
import io.estat.ingest.disk.ForgetfulDisk;
import io.estat.testkit.ManualClock;
import io.estat.testkit.Property;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Any sequence of what can happen to the queue: the books balance after each step, and in the end
 * every event that was saved is in the bucket, in the quarantine, or was expired.
 */
class DlqPropertyTest {
  private static final Path FOLDER = Path.of("/dlq");

  @Test
  void keepsTheBooksAndLosesNothingInAnySequence() {
    Property.forAll(600, Random::nextLong, seed -> new World(seed).live(60));
  }

  private static final class World {
    private final Random random;
    private final ManualClock clock = new ManualClock(Instant.ofEpochSecond(1_700_000_000));
    private final Bucket bucket = new Bucket();
    private final Map<String, Long> saved = new HashMap<>();
    private final Set<String> damaged = new HashSet<>();
    private final long maxBytes;
    private ForgetfulDisk disk;
    private Life life;
    private long expiredInEarlierLives;
    private int lives;

    World(long seed) throws Exception {
      random = new Random(seed);
      random.nextInt();
      // A file can come back after a power cut although it was uploaded, and be damaged then.
      bucket.strict = false;
      maxBytes = random.nextBoolean() ? 2000 : 1 << 20;
      disk = new ForgetfulDisk(seed);
      life = newLife();
    }

    private Life newLife() throws Exception {
      DlqConfig config =
          new DlqConfig(
              FOLDER, Optional.of(Duration.ofHours(24)), maxBytes, DlqConfig.Overflow.EVICT);
      return new Life("a-" + lives++, config, disk, clock, bucket);
    }

    void live(int steps) throws Exception {
      for (int step = 0; step < steps; step++) {
        try {
          step();
        } catch (ForgetfulDisk.PowerCut cut) {
          // The next life takes over.
        }
        life.assertBalanced();
        if (random.nextInt(15) == 0) {
          restart();
        }
      }
      bucket.failing = false;
      bucket.refused.clear();
      restart();
      for (int pass = 0; pass < 3; pass++) {
        life.drain();
        life.dlq.countOnce();
        clock.advance(Duration.ofSeconds(61));
      }
      allIsAccountedFor();
    }

    private void restart() throws Exception {
      life.assertBalanced();
      expiredInEarlierLives += life.dlq.filesExpired();
      disk = disk.restart();
      life = newLife();
    }

    private void step() throws Exception {
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3 -> save();
        case 4, 5 -> life.retry();
        case 6 -> bucket.failing = !bucket.failing;
        case 7 -> clock.advance(Duration.ofHours(random.nextInt(8)));
        case 8 -> clock.step(Duration.ofMinutes(random.nextInt(5) - 2));
        case 9 -> damage();
        case 10 -> disk.cutPowerBefore(disk.operations() + 1 + random.nextInt(40));
        default -> {
          disk.failAt(disk.operations() + 1 + random.nextInt(20));
          life.dlq.countOnce();
        }
      }
    }

    private void save() throws Exception {
      long events = 1L + random.nextInt(60);
      long now = clock.wallMillis() / 1000;
      try {
        BatchName name = life.save(now, events);
        saved.put(name.text(), events);
        if (random.nextInt(8) == 0) {
          bucket.refused.add(name.text());
        }
      } catch (DlqRefusedException refused) {
        // It is still in memory, as the books say.
      }
    }

    /** Cuts a file, or takes its meta away; both are found at the latest by a later life. */
    private void damage() {
      List<String> files =
          disk.names(FOLDER).stream().filter(name -> name.endsWith(".jsonl.gz")).toList();
      if (files.isEmpty()) {
        return;
      }
      Path file = FOLDER.resolve(files.get(random.nextInt(files.size())));
      if (random.nextBoolean()) {
        byte[] whole = disk.bytes(file);
        disk.tamper(file, Arrays.copyOf(whole, random.nextInt(whole.length + 1)));
        String name = file.getFileName().toString();
        damaged.add(name.substring(0, name.length() - 9));
      } else {
        disk.tamper(FOLDER.resolve(file.getFileName() + ".meta.json"), null);
      }
    }

    private void allIsAccountedFor() {
      assertThat(disk.names(FOLDER)).isEmpty();
      assertThat(life.dlq.filesCurrent()).isZero();
      assertThat(life.dlq.bytesCurrent()).isZero();
      Ledger.Cut cut = life.ledger.cut();
      assertThat(cut.inDlq()).isZero();
      long missing = 0;
      for (var batch : saved.entrySet()) {
        BatchName name = BatchName.parse(batch.getKey()).orElseThrow();
        boolean quarantined = bucket.objects.containsKey(name.key("raw_dlq"));
        if (!bucket.objects.containsKey(name.key("raw"))) {
          missing += quarantined ? 0 : 1;
        } else if (!quarantined) {
          assertThat((long) bucket.lines(name.key("raw")).size()).isEqualTo(batch.getValue());
        }
        assertThat(quarantined).isIn(false, damaged.contains(name.text()));
      }
      assertThat(missing).isLessThanOrEqualTo(expiredInEarlierLives + life.dlq.filesExpired());
    }
  }
}
