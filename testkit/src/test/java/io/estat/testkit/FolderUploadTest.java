package io.estat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.storage.FolderStore;
import io.estat.storage.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract of uploads against a local folder. */
class FolderUploadTest extends ObjectUploadContract {
  @TempDir Path folder;

  @Override
  protected ObjectStore open() {
    return new FolderStore(folder);
  }

  @AfterEach
  void leavesNoHiddenFileButMetadata() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith(".upload-") || name.startsWith(".put-"));
    }
  }
}
