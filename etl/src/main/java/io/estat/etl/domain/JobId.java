package io.estat.etl.domain;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * {@code JOB-<YYYYMMDD-HHMMSS>-<8 hex>}, the time in UTC. Unique by the constraint of the job
 * store; minted again on collision.
 */
public record JobId(String value) {
  /** What {@link #value} matches. */
  public static final String PATTERN = "JOB-[0-9]{8}-[0-9]{6}-[0-9a-f]{8}";

  private static final Pattern FORM = Pattern.compile(PATTERN);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  /**
   * @throws IllegalArgumentException if the value has another form
   */
  public JobId {
    Ids.require("job id", FORM, value, "JOB-20260131-235959-0a1b2c3d");
  }

  public static JobId mint(Instant at, RandomGenerator random) {
    return new JobId("JOB-" + TIME.format(at) + "-" + HexFormat.of().toHexDigits(random.nextInt()));
  }

  @Override
  public String toString() {
    return value;
  }
}
