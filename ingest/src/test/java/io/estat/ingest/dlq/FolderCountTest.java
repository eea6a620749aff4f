package io.estat.ingest.dlq;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.disk.ForgetfulDisk;
import io.estat.testkit.Property;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The two gauges are exact when the walk is complete, whatever went on meanwhile. */
class FolderCountTest {
  private static final Path FOLDER = Path.of("/dlq");

  @Test
  void isExactInAnyOrderOfMeetingSavingAndRemoving() {
    Property.forAll(
        2000,
        Random::nextLong,
        seed -> {
          Random random = new Random(seed);
          ForgetfulDisk disk = new ForgetfulDisk(seed);
          FolderCount count = new FolderCount(new DlqFiles(disk, FOLDER));
          List<BatchName> there = new ArrayList<>();
          for (int i = 0; i < 10; i++) {
            there.add(put(disk, "old-1", i));
          }
          for (int walks = 0; walks < 3; walks++) {
            // A listing may tell of files that are gone, and leave out those that came meanwhile.
            List<BatchName> listed = new ArrayList<>(there);
            for (int step = 0; step < 30; step++) {
              int saves = walks * 100 + step;
              switch (random.nextInt(4)) {
                case 0 -> {
                  if (!listed.isEmpty()) {
                    count.met(List.of(listed.remove(random.nextInt(listed.size()))));
                  }
                }
                case 1 -> {
                  BatchName name = BatchName.of(1, "own-1", saves);
                  count.saving(name);
                  put(disk, "own-1", saves);
                  if (random.nextBoolean()) {
                    count.met(List.of(name));
                  }
                  assertThat(count.reserve(saves + 1, Long.MAX_VALUE)).isTrue();
                  count.saved(name, saves + 1);
                  there.add(name);
                  if (random.nextBoolean()) {
                    listed.add(name);
                  }
                }
                case 2 -> {
                  if (!there.isEmpty()) {
                    BatchName gone = there.remove(random.nextInt(there.size()));
                    count.remove(gone, disk.size(FOLDER.resolve(gone + ".jsonl.gz")));
                  }
                }
                default -> count.met(List.of());
              }
            }
            count.met(listed);
            count.endOfWalk();
            assertThat(count.isComplete()).isTrue();
            assertThat(count.files()).isEqualTo(there.size());
            assertThat(count.bytes()).isEqualTo(bytes(disk, there));
            count.walkAgain();
          }
        });
  }

  @Test
  void countsAFullFolderWhileThreadsSaveAndRemove() throws Exception {
    ForgetfulDisk disk = new ForgetfulDisk(1);
    FolderCount count = new FolderCount(new DlqFiles(disk, FOLDER));
    List<BatchName> old = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      old.add(put(disk, "old-1", i));
    }
    AtomicBoolean failed = new AtomicBoolean();
    List<Thread> threads = new ArrayList<>();
    for (int part = 0; part < 2; part++) {
      int from = part;
      threads.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((t, e) -> failed.set(true))
              .start(
                  () -> {
                    for (int i = from; i < 2000; i += 2) {
                      change(disk, count, old.get(i), i);
                    }
                  }));
    }
    for (int from = 0; from < 3000; from += 100) {
      count.met(old.subList(from, from + 100));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    count.endOfWalk();
    assertThat(failed).isFalse();
    assertThat(count.files()).isEqualTo(1000 + 2000);
    long bytes = IntStream.range(2000, 3000).sum() + 1000L + 2000L;
    assertThat(count.bytes()).isEqualTo(bytes);
  }

  private static void change(ForgetfulDisk disk, FolderCount count, BatchName gone, int i) {
    try {
      count.remove(gone, i + 1);
      BatchName name = BatchName.of(1, "own-1", i);
      count.saving(name);
      disk.create(FOLDER.resolve(name + ".jsonl.gz")).write(new byte[1]);
      assertThat(count.reserve(1, Long.MAX_VALUE)).isTrue();
      count.saved(name, 1);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static BatchName put(ForgetfulDisk disk, String instance, int number) {
    BatchName name = BatchName.of(1, instance, number);
    disk.tamper(FOLDER.resolve(name + ".jsonl.gz"), new byte[number + 1]);
    return name;
  }

  private static long bytes(ForgetfulDisk disk, List<BatchName> names) {
    return names.stream().mapToLong(n -> disk.bytes(FOLDER.resolve(n + ".jsonl.gz")).length).sum();
  }
}
