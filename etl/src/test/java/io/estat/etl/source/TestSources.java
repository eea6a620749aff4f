package io.estat.etl.source;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings for tests, and small work on their databases. */
public final class TestSources {
  /** As many sessions as the pool leaves for a snapshot. */
  public static final int SESSIONS = 3;

  private TestSources() {}

  public static SourceSettings settings(
      String url, @Nullable String user, @Nullable String password) {
    return new SourceSettings(
        url, user, password, Map.of(), 0, SESSIONS + 3, 1000, 8 << 20, 1000, null, "estat test");
  }
}
