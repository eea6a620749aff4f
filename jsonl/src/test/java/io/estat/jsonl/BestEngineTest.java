package io.estat.jsonl;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.jsonl.IsalLibrary.Loaded;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BestEngineTest {
  private static final String ARCH = System.getProperty("os.arch");
  private static final boolean X86_64 = ARCH.equals("amd64") || ARCH.equals("x86_64");
  private static final String LIBRARY = System.mapLibraryName("gkl_compression");

  @TempDir Path folder;

  @Test
  void isIsalExactlyWhereThereIsALibrary() {
    assertThat(GzipEngine.best().name()).isEqualTo(X86_64 ? "isa-l" : "zlib");
  }

  @Test
  void isDecidedOnce() {
    assertThat(GzipEngine.best()).isSameAs(GzipEngine.best());
  }

  @Test
  void namesTheEngineThatDoesTheWork() {
    assertThat(engineAt(1)).isEqualTo(GzipEngine.best().name());
    assertThat(engineAt(6)).isEqualTo(GzipEngine.best().name());
    assertThat(engineAt(7)).isEqualTo("zlib");
    assertThat(engineAt(9)).isEqualTo("zlib");
  }

  @Test
  void loadsTheLibraryFromTheNamedFolder() throws IOException {
    copyNative(LIBRARY);
    Loaded loaded = IsalLibrary.load(folder.toString(), ARCH);
    if (X86_64) {
      assertThat(loaded)
          .isInstanceOfSatisfying(
              Loaded.Ready.class, r -> assertThat(r.from()).isEqualTo(folder.toString()));
    } else {
      assertThat(reason(loaded)).isEqualTo("there is no library for " + ARCH);
    }
  }

  @Test
  void fallsBackWhenTheNamedFolderHasNoLibrary() {
    assertThat(BestEngine.choose(folder.toString(), "amd64").name()).isEqualTo("zlib");
    assertThat(reason(IsalLibrary.load(folder.toString(), "amd64"))).contains(LIBRARY);
  }

  @Test
  void fallsBackWhenTheLibraryIsNotOne() throws IOException {
    Files.writeString(folder.resolve(LIBRARY), "not a library");
    assertThat(BestEngine.choose(folder.toString(), "amd64").name()).isEqualTo("zlib");
  }

  @Test
  void fallsBackWhenTheLibraryIsAnotherOne() throws IOException {
    copyNative(System.mapLibraryName("gkl_utils"));
    Files.move(folder.resolve(System.mapLibraryName("gkl_utils")), folder.resolve(LIBRARY));
    assertThat(BestEngine.choose(folder.toString(), "amd64").name()).isEqualTo("zlib");
    assertThat(reason(IsalLibrary.load(folder.toString(), "amd64"))).contains(LIBRARY);
  }

  @Test
  void fallsBackWhereThereIsNoLibraryForTheProcessor() {
    assertThat(BestEngine.choose(null, "aarch64").name()).isEqualTo("zlib");
    assertThat(reason(IsalLibrary.load(null, "aarch64")))
        .isEqualTo("there is no library for aarch64");
  }

  private static String engineAt(int level) {
    try (GzipEncoder encoder = GzipEngine.best().encoder(level)) {
      return encoder.engine();
    }
  }

  private static String reason(Loaded loaded) {
    assertThat(loaded).isInstanceOf(Loaded.Absent.class);
    return ((Loaded.Absent) loaded).reason();
  }

  private void copyNative(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            BestEngineTest.class.getResourceAsStream("/com/intel/gkl/native/" + name))) {
      Files.copy(in, folder.resolve(name));
    }
  }
}
