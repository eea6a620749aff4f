package io.estat.etl.encode;

/** What one reader had to bend, for the manifest. One thread. */
public final class EncodeCounters {
  private long replacedText;
  private long outOfRange;

  /** A value held text that is not valid Unicode, and got U+FFFD instead of it. */
  public void replacedText() {
    replacedText++;
  }

  /** A value does not fit the shape of its column (a BC date, infinity) and became a string. */
  public void outOfRange() {
    outOfRange++;
  }

  public long replacedTexts() {
    return replacedText;
  }

  public long outOfRanges() {
    return outOfRange;
  }
}
