package io.estat.jsonl;

import io.estat.jsonl.IsalLibrary.Loaded;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The choice between the engines, made when this class is first touched. */
final class BestEngine {
  static final GzipEngine CHOSEN =
      choose(System.getProperty(IsalLibrary.FOLDER_PROPERTY), System.getProperty("os.arch"));

  private BestEngine() {}

  static GzipEngine choose(@Nullable String nativesFolder, String arch) {
    Logger log = LoggerFactory.getLogger(GzipEngine.class);
    return switch (IsalLibrary.load(nativesFolder, arch)) {
      case Loaded.Ready ready -> {
        log.info("gzip by ISA-L, from {}", ready.from());
        yield new Isal(ready.library());
      }
      case Loaded.Absent absent -> {
        log.info("gzip by the JDK's zlib, not by ISA-L: {}", absent.reason());
        yield GzipEngine.zlib();
      }
    };
  }

  private record Isal(IsalLibrary library) implements GzipEngine {
    /** From here on the caller wants small more than fast. */
    private static final int FIRST_SMALL_LEVEL = 7;

    @Override
    public String name() {
      return IsalDeflate.NAME;
    }

    @Override
    public GzipEncoder encoder(int level) {
      if (MemberEncoder.checkedLevel(level) >= FIRST_SMALL_LEVEL) {
        return GzipEngine.zlib().encoder(level);
      }
      return new MemberEncoder(new IsalDeflate(library), MemberEncoder.OUT_BYTES);
    }
  }
}
