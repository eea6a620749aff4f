package io.estat.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives every wait that names no limit of its own a minute instead of Awaitility's ten seconds: a
 * limit only ends a test that fails, and ten seconds can be one pause of a busy machine. JUnit
 * finds it by itself in every module that has this one on its class path.
 */
public final class PatientWaits implements BeforeAllCallback {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(LIMIT);
  }
}
