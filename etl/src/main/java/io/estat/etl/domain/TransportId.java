package io.estat.etl.domain;

import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** {@code TRPID-<8 hex>}. Unique by the constraint of the job store; minted again on collision. */
public record TransportId(String value) {
  /** What {@link #value} matches. */
  public static final String PATTERN = "TRPID-[0-9a-f]{8}";

  private static final Pattern FORM = Pattern.compile(PATTERN);

  /**
   * @throws IllegalArgumentException if the value has another form
   */
  public TransportId {
    Ids.require("transport id", FORM, value, "TRPID-0a1b2c3d");
  }

  public static TransportId mint(RandomGenerator random) {
    return new TransportId("TRPID-" + HexFormat.of().toHexDigits(random.nextInt()));
  }

  @Override
  public String toString() {
    return value;
  }
}
