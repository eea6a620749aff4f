package io.estat.ingest.dlq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.disk.ForwardingDisk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DlqFolderTest extends DlqFixture {
  @Test
  void showsAFolderThatAServerHolds() throws Exception {
    BatchName bare = old("1699999999332", 4, "");
    Files.createDirectory(folder.resolve("1700000000_x_2.jsonl.gz"));
    Files.createFile(folder.resolve("1700000000_x_3.jsonl.gz.tmp"));
    try (Life life = life("a-1")) {
      BatchName own = life.save(NOW, 50);
      DlqFolder shown = new DlqFolder(folder, disk);
      List<DlqFolder.Entry> entries = new ArrayList<>();
      shown.each(entries::add);
      assertThat(entries)
          .containsExactlyInAnyOrder(
              new DlqFolder.Entry(own, Files.size(data(own)), OptionalLong.of(50)),
              new DlqFolder.Entry(bare, Files.size(data(bare)), OptionalLong.empty()));
      assertThat(entries.getFirst().ageSeconds(NOW - 100)).isZero();

      assertThat(shown.firstLines(own, 2)).isEqualTo(Batches.lines(own.text(), 2).lines().toList());
      assertThat(shown.firstLines(own, 1000)).hasSize(50);
      assertThat(shown.verify(own).orElseThrow().intact()).isTrue();
      assertThat(shown.verify(own).orElseThrow().readableLines()).isEqualTo(50);

      cut(own, 12);
      DlqFolder.Verdict verdict = shown.verify(own).orElseThrow();
      assertThat(verdict.intact()).isFalse();
      assertThat(verdict.problem()).isEqualTo("the file ends in the middle of a gzip member");
      assertThat(verdict.readableLines()).isBetween(1L, 50L);
      assertThat(shown.firstLines(own, 2)).hasSize(2);
      assertThat(names()).hasSize(5);
    }
  }

  @Test
  void findsNothingToVerifyWhereAFileWentMeanwhile() throws Exception {
    BatchName gone = BatchName.of(NOW, "a-1", 1);
    assertThat(new DlqFolder(folder, disk).verify(gone)).isEmpty();
    BatchName going = old(NOW + "_x_1", 5);
    ForwardingDisk racing =
        new ForwardingDisk(disk) {
          @Override
          public InputStream open(Path file) throws IOException {
            Files.deleteIfExists(data(going));
            return super.open(file);
          }
        };
    assertThat(new DlqFolder(folder, racing).verify(going)).isEmpty();
  }

  @Test
  void saysThatTheDiskCannotReadAFileThatIsThere() throws Exception {
    BatchName bad = old(NOW + "_x_1", 5);
    ForwardingDisk failing =
        new ForwardingDisk(disk) {
          @Override
          public InputStream open(Path file) throws IOException {
            throw new IOException("bad sector");
          }
        };
    assertThatThrownBy(() -> new DlqFolder(folder, failing).verify(bad)).hasMessage("bad sector");
  }
}
