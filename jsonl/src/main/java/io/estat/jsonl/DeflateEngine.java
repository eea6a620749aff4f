package io.estat.jsonl;

import java.util.function.IntFunction;

/** An engine is a name, and a deflate for each level. */
record DeflateEngine(String name, IntFunction<RawDeflate> deflate) implements GzipEngine {
  static final DeflateEngine ZLIB = new DeflateEngine(ZlibDeflate.NAME, ZlibDeflate::new);

  /** From here on the caller wants small more than fast, and ISA-L has nothing to offer. */
  private static final int FIRST_SMALL_LEVEL = 7;

  static DeflateEngine isal(IsalLibrary library) {
    return new DeflateEngine(
        IsalDeflate.NAME,
        level -> level < FIRST_SMALL_LEVEL ? new IsalDeflate(library) : new ZlibDeflate(level));
  }

  @Override
  public GzipEncoder encoder(int level) {
    if (level < 1 || level > 9) {
      throw new IllegalArgumentException("gzip level " + level + ": 1 (fast) to 9 (small) allowed");
    }
    return new MemberEncoder(deflate.apply(level), MemberEncoder.OUT_BYTES);
  }
}
