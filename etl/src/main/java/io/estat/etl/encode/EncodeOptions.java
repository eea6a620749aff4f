package io.estat.etl.encode;

import io.estat.etl.domain.Numbers;

/**
 * What a user may choose about the shape of values.
 *
 * @param regions whether a time with a zone shows the region beside the offset
 */
public record EncodeOptions(
    Numbers numbers, boolean regions, Unsupported onUnsupported, BadText onBadText) {
  public static final EncodeOptions DEFAULTS =
      new EncodeOptions(Numbers.STRING, false, Unsupported.REFUSE, BadText.REPLACE);

  /** What becomes of a column whose type has no JSON shape. */
  public enum Unsupported {
    REFUSE,
    /** Every value is {@code null}. */
    NULL,
    /** The server's text of the value, where it has one. */
    TEXT
  }

  /** What becomes of text that is not valid Unicode. */
  public enum BadText {
    /** U+FFFD, counted. */
    REPLACE,
    /** The table fails. */
    FAIL
  }

  public EncodeOptions withNumbers(Numbers chosen) {
    return new EncodeOptions(chosen, regions, onUnsupported, onBadText);
  }
}
