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
        yield DeflateEngine.isal(ready.library());
      }
      case Loaded.Absent absent -> {
        log.info("gzip by the JDK's zlib, not by ISA-L: {}", absent.reason());
        yield DeflateEngine.ZLIB;
      }
    };
  }
}
