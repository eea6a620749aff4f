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
