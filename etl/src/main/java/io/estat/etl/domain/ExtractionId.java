package io.estat.etl.domain;

import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** {@code EXT-<16 hex>}. Unique by the constraint of the job store; minted again on collision. */
public record ExtractionId(String value) {
  /** What {@link #value} matches. */
  public static final String PATTERN = "EXT-[0-9a-f]{16}";

  private static final Pattern FORM = Pattern.compile(PATTERN);

  /**
   * @throws IllegalArgumentException if the value has another form
   */
  public ExtractionId {
    Ids.require("extraction id", FORM, value, "EXT-0a1b2c3d4e5f6071");
  }

  public static ExtractionId mint(RandomGenerator random) {
    return new ExtractionId("EXT-" + HexFormat.of().toHexDigits(random.nextLong()));
  }

  @Override
  public String toString() {
    return value;
  }
}
