package io.estat.ingest.batch;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Mints the names of this life of the server. 48 random bits are drawn at each start, so that two
 * servers with one INSTANCE_ID, or one server after a restart within a second, never meet.
 */
public final class NameMint {
  private static final int RANDOM_BYTES = 6;

  private final String instance;
  private final AtomicLong counter = new AtomicLong();

  /**
   * @param instanceId any text; what cannot stand in an object key becomes a dash
   */
  public NameMint(String instanceId) {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    this.instance = sanitised(instanceId) + "-" + HexFormat.of().formatHex(random);
  }

  private static String sanitised(String id) {
    String safe = id.replaceAll("[^A-Za-z0-9.-]+", "-");
    return safe.isEmpty() ? "estat" : safe.substring(0, Math.min(safe.length(), 64));
  }

  /** The instance part of every name minted here. */
  public String instance() {
    return instance;
  }

  public BatchName next(long unixSeconds) {
    return BatchName.of(unixSeconds, instance, counter.incrementAndGet());
  }
}
