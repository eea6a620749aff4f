package io.estat.ingest.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ForgetfulDiskTest extends DiskContract {
  @Override
  Disk disk() {
    return new ForgetfulDisk(1);
  }

  @Test
  void keepsOnlyWhatWasSyncedAndSometimesMore() throws IOException {
    Set<String> seen = new HashSet<>();
    for (int seed = 0; seed < 200; seed++) {
      ForgetfulDisk before = new ForgetfulDisk(seed);
      try (DiskFile file = before.create(folder.resolve("a"))) {
        file.write("sure".getBytes(UTF_8));
        file.sync();
        file.write("lost".getBytes(UTF_8));
      }
      ForgetfulDisk after = before.restart();
      seen.add(after.names(folder) + new String(after.bytes(folder.resolve("a")), UTF_8));
    }
    assertThat(seen).contains("[]", "[a]sure", "[a]surelost", "[a]sure\0\0\0\0", "[a]surel");
  }

  @Test
  void keepsEverythingWhenOnlyTheProcessDiesAndPromisesNoMoreThanBefore() throws IOException {
    Set<String> seen = new HashSet<>();
    for (int seed = 0; seed < 200; seed++) {
      ForgetfulDisk before = new ForgetfulDisk(seed);
      try (DiskFile file = before.create(folder.resolve("a"))) {
        file.write("sure".getBytes(UTF_8));
        file.sync();
        before.syncFolder(folder);
        file.write("lost".getBytes(UTF_8));
        before.failAt(before.operations() + 1);
        assertThatThrownBy(file::sync).hasMessageContaining("told to fail at sync");
      }
      before.rename(folder.resolve("a"), folder.resolve("b"));
      ForgetfulDisk next = before.nextProcess();
      assertThat(before.isOff()).isTrue();
      assertThat(next.names(folder)).containsExactly("b");
      assertThat(next.bytes(folder.resolve("b"))).isEqualTo("surelost".getBytes(UTF_8));
      ForgetfulDisk after = next.restart();
      String name = after.names(folder).getFirst();
      seen.add(name + new String(after.bytes(folder.resolve(name)), UTF_8));
    }
    assertThat(seen).contains("asure", "bsure", "asure\0\0\0\0").doesNotContain("bsurelost");
  }

  @Test
  void takesATruncationBackThatWasNotSynced() throws IOException {
    Set<String> seen = new HashSet<>();
    for (int seed = 0; seed < 200; seed++) {
      ForgetfulDisk before = new ForgetfulDisk(seed);
      try (DiskFile file = before.create(folder.resolve("a"))) {
        file.write("sure, refused".getBytes(UTF_8));
        file.sync();
        before.syncFolder(folder);
      }
      boolean synced = seed % 2 == 0;
      if (!synced) {
        before.failAt(before.operations() + 2);
      }
      try {
        before.truncate(folder.resolve("a"), 4);
      } catch (IOException e) {
        assertThat(synced).isFalse();
      }
      ForgetfulDisk after = before.restart();
      seen.add(synced + " " + new String(after.bytes(folder.resolve("a")), UTF_8));
    }
    assertThat(seen).contains("true sure", "false sure", "false sure, refused");
    assertThat(seen).filteredOn(fate -> fate.startsWith("true")).containsExactly("true sure");
  }

  @Test
  void forgetsNothingThatWasSynced() throws IOException {
    for (int seed = 0; seed < 50; seed++) {
      ForgetfulDisk before = new ForgetfulDisk(seed);
      try (DiskFile file = before.create(folder.resolve("a"))) {
        file.write("sure".getBytes(UTF_8));
        file.sync();
      }
      before.rename(folder.resolve("a"), folder.resolve("b"));
      before.syncFolder(folder);
      before.cutPowerBefore(before.operations() + 1);
      assertThatThrownBy(() -> before.delete(folder.resolve("b")))
          .isInstanceOf(ForgetfulDisk.PowerCut.class);
      ForgetfulDisk after = before.restart();
      assertThat(after.names(folder)).containsExactly("b");
      assertThat(after.bytes(folder.resolve("b"))).isEqualTo("sure".getBytes(UTF_8));
    }
  }
}
