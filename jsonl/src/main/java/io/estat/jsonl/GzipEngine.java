package io.estat.jsonl;

/** A gzip implementation on this machine. Thread-safe; its encoders are not. */
public interface GzipEngine {
  /** {@code isa-l} or {@code zlib}. */
  String name();

  /**
   * A new encoder; whoever asks closes it.
   *
   * @param level 1 (fast) to 9 (small). zlib takes it as it is. ISA-L compresses 1 to 6 with its
   *     own level 1, its best on event lines: about the size of zlib's level 4 at ten times the
   *     speed (its level 2 is the same there, its level 3 saves 1% for a quarter of the speed). Who
   *     asks for 7 to 9 asks for size, which ISA-L does not have: zlib does those also here, and
   *     the encoder says so by {@link GzipEncoder#engine}
   */
  GzipEncoder encoder(int level);

  /**
   * ISA-L where its library loads, else the JDK's zlib. Decides once in a JVM and logs the choice
   * and its reason once. The library is taken from the folder named by the system property {@value
   * IsalLibrary#FOLDER_PROPERTY}, or unpacked from the class path into a temporary file.
   */
  static GzipEngine best() {
    return BestEngine.CHOSEN;
  }

  /** The JDK's zlib, everywhere. */
  static GzipEngine zlib() {
    return DeflateEngine.ZLIB;
  }
}
