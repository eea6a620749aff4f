package io.estat.jsonl;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Intel's ISA-L (igzip_lib.h), as it lies in the native library of com.intel.gkl, which exports it
 * whole. Called directly and not through gkl's own IntelDeflater: that one ends the deflate stream
 * with every call, so a member could not be longer than a call, and it brings a logging library.
 */
final class IsalLibrary {
  /** Names a folder that holds the library unpacked; without it a temporary file is made. */
  static final String FOLDER_PROPERTY = "estat.natives";

  private static final String RESOURCE_FOLDER = "/com/intel/gkl/native/";

  private final MethodHandle init;
  private final MethodHandle deflate;

  private IsalLibrary(MethodHandle init, MethodHandle deflate) {
    this.init = init;
    this.deflate = deflate;
  }

  /** The library, or why it is not to be had here. */
  sealed interface Loaded {
    record Ready(IsalLibrary library, String from) implements Loaded {}

    record Absent(String reason) implements Loaded {}
  }

  /** {@code folder}: where the library lies, null to unpack it into a temporary file. */
  static Loaded load(@Nullable String folder, String arch) {
    if (!arch.equals("amd64") && !arch.equals("x86_64")) {
      return new Loaded.Absent("there is no library for " + arch);
    }
    String name = System.mapLibraryName("gkl_compression");
    try {
      return folder == null ? unpackAndOpen(name) : open(Path.of(folder, name), folder);
    } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
      // noexec or read-only temporary folder, no such file, another C library, no native linker
      return new Loaded.Absent(name + ": " + e);
    } catch (IllegalCallerException e) {
      return new Loaded.Absent("start java with --enable-native-access=ALL-UNNAMED");
    }
  }

  private static Loaded unpackAndOpen(String name) throws IOException {
    try (InputStream resource = IsalLibrary.class.getResourceAsStream(RESOURCE_FOLDER + name)) {
      if (resource == null) {
        return new Loaded.Absent(RESOURCE_FOLDER + name + " is not on the class path");
      }
      Path file = Files.createTempFile("estat-", name);
      try {
        Files.copy(resource, file, StandardCopyOption.REPLACE_EXISTING);
        return open(file, "the class path");
      } finally {
        Files.delete(file); // once opened it stays mapped
      }
    }
  }

  @SuppressWarnings("restricted") // native code is what this class is for
  private static Loaded open(Path file, String from) {
    SymbolLookup symbols = SymbolLookup.libraryLookup(file, Arena.global());
    MemorySegment init = symbols.find("isal_deflate_init").orElse(null);
    MemorySegment deflate = symbols.find("isal_deflate").orElse(null);
    if (init == null || deflate == null) {
      return new Loaded.Absent(file + " does not export isal_deflate");
    }
    Linker linker = Linker.nativeLinker();
    IsalLibrary library =
        new IsalLibrary(
            linker.downcallHandle(init, FunctionDescriptor.ofVoid(ValueLayout.ADDRESS)),
            linker.downcallHandle(
                deflate, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS)));
    if (!IsalDeflate.works(library)) {
      return new Loaded.Absent(file + " does not give back what was compressed");
    }
    return new Loaded.Ready(library, from);
  }

  /** {@code void isal_deflate_init(struct isal_zstream *)}. */
  void init(MemorySegment stream) {
    try {
      init.invokeExact(stream);
    } catch (Throwable e) {
      throw new AssertionError("isal_deflate_init cannot throw", e);
    }
  }

  /** {@code int isal_deflate(struct isal_zstream *)}: 0 is well. */
  int deflate(MemorySegment stream) {
    try {
      return (int) deflate.invokeExact(stream);
    } catch (Throwable e) {
      throw new AssertionError("isal_deflate cannot throw", e);
    }
  }
}
