package io.estat.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a server of the torture keeps journal and dead-letter queue: each on a disk of its own that
 * can be filled; plain folders where none can be mounted.
 *
 * @param home the folders' parent
 */
record Disks(Path home, Optional<SmallDisk> journal, Optional<SmallDisk> dlq)
    implements AutoCloseable {
  static Disks in(Path home) throws IOException, InterruptedException {
    Files.createDirectories(home);
    return new Disks(home, mount(home, "journal"), mount(home, "dlq"));
  }

  private static Optional<SmallDisk> mount(Path home, String name) throws InterruptedException {
    try {
      return Optional.of(SmallDisk.mount(home.resolve(name + ".ext4"), home.resolve(name)));
    } catch (IOException e) {
      System.out.println("no disk will be full, because none can be mounted here: " + e);
      return Optional.empty();
    }
  }

  boolean canBeFilled() {
    return journal.isPresent() && dlq.isPresent();
  }

  /** Not the disk's root, in which lies what is not the server's. */
  Path journalFolder() {
    return home.resolve("journal").resolve("files");
  }

  Path dlqFolder() {
    return home.resolve("dlq").resolve("files");
  }

  @Override
  public void close() throws IOException {
    for (Optional<SmallDisk> disk : List.of(journal, dlq)) {
      if (disk.isPresent()) {
        disk.get().close();
      }
    }
  }
}
