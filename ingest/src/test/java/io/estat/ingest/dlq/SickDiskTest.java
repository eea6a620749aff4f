package io.estat.ingest.dlq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.disk.FileDisk;
import io.estat.ingest.disk.ForwardingDisk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** A disk that does not answer, or takes nothing back: who need not wait does not, books hold. */
class SickDiskTest extends DlqFixture {
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch answers = new CountDownLatch(1);

  private void hang() {
    reached.countDown();
    try {
      assertThat(answers.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a test", e);
    }
  }

  private static long askedInTime(LongSupplier figure) throws Exception {
    var asked = new FutureTask<>(figure::getAsLong);
    Thread.ofVirtual().start(asked);
    return asked.get(10, TimeUnit.SECONDS);
  }

  @Test
  void tellsItsFiguresWhileTheDiskHangs() throws Exception {
    disk =
        new ForwardingDisk(new FileDisk()) {
          @Override
          public boolean delete(Path file) throws IOException {
            hang();
            return super.delete(file);
          }
        };
    try (Life life = life("a-1")) {
      BatchName name = life.save(NOW, 3);
      Thread retry = Thread.ofPlatform().start(life::retry);
      assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(askedInTime(life.dlq::filesCurrent)).isEqualTo(1);
      assertThat(askedInTime(life.dlq::bytesCurrent)).isEqualTo(Files.size(data(name)));
      assertThat(askedInTime(() -> life.dlq.isScanComplete() ? 1 : 0)).isZero();
      answers.countDown();
      retry.join();
      assertThat(life.dlq.filesCurrent()).isZero();
    }
  }

  @Test
  void savesWhileAFileIsReadThatHasToGo() throws Exception {
    BatchName foreign = old((NOW - 90_000) + "_x_1", 50, "");
    disk =
        new ForwardingDisk(new FileDisk()) {
          @Override
          public InputStream open(Path file) throws IOException {
            if (file.equals(data(foreign))) {
              hang();
            }
            return super.open(file);
          }
        };
    try (Life life = life("a-1")) {
      Thread retry = Thread.ofPlatform().start(life.dlq::retryOne);
      assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();
      var save = new FutureTask<>(() -> life.save(NOW, 3));
      Thread.ofPlatform().start(save);
      BatchName saved = save.get(10, TimeUnit.SECONDS);
      assertThat(Files.exists(data(foreign))).isTrue();
      answers.countDown();
      retry.join();
      assertThat(life.ledger.cut().expired()).isEqualTo(50);
      life.drain();
      assertThat(bucket.objects).containsOnlyKeys(saved.key("raw"));
      life.assertBalanced();
    }
  }

  private static final class TakesNothingBack extends ForwardingDisk {
    boolean sick;

    TakesNothingBack() {
      super(new FileDisk());
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
      if (sick) {
        throw new IOException("sync failed");
      }
      super.syncFolder(folder);
    }

    @Override
    public boolean delete(Path file) throws IOException {
      if (sick) {
        throw new IOException("delete failed");
      }
      return super.delete(file);
    }
  }

  @Test
  void leavesABatchAloneThatIsBothInMemoryAndInTheFolder() throws Exception {
    TakesNothingBack sick = new TakesNothingBack();
    disk = sick;
    BatchName name = BatchName.of(NOW, "a-1", 0);
    try (Life life = life("a-1")) {
      sick.sick = true;
      assertThatThrownBy(() -> life.save(NOW, 5)).isInstanceOf(DlqRefusedException.class);
      sick.sick = false;
      assertThat(Files.exists(data(name))).isTrue();

      life.drain();
      assertThat(life.dlq.discard(name)).isFalse();
      while (!life.dlq.isScanComplete()) {
        life.dlq.countOnce();
      }
      life.assertBalanced();
      assertThat(bucket.objects).isEmpty();
      assertThat(life.ledger.cut().inMemory()).isEqualTo(5);
      assertThat(life.dlq.filesCurrent()).isZero();
    }
    try (Life next = life("a-2")) {
      next.drain();
      assertThat(next.ledger.cut().recovered()).isEqualTo(5);
      assertThat(bucket.lines(name.key("raw"))).hasSize(5);
    }
  }

  @Test
  void takesABatchThatCouldNotBeTakenBackWhenItIsSavedAgain() throws Exception {
    TakesNothingBack sick = new TakesNothingBack();
    disk = sick;
    try (Life life = life("a-1")) {
      sick.sick = true;
      assertThatThrownBy(() -> life.save(NOW, 5)).isInstanceOf(DlqRefusedException.class);
      sick.sick = false;
      BatchName name = BatchName.of(NOW, "a-1", 0);
      life.saveAgain(name, 5);
      assertThat(life.dlq.filesCurrent()).isEqualTo(1);
      assertThat(life.ledger.cut().inDlq()).isEqualTo(5);
      life.drain();
      assertThat(bucket.objects).containsOnlyKeys(name.key("raw"));
      assertThat(life.ledger.cut().inDlq()).isZero();
      assertThat(life.dlq.filesCurrent()).isZero();
    }
  }
}
