package io.estat.etl.breaker;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call was not made, because what it would ask is away. Reaches callers as the cause of the
 * exception that they expect of the database or of the store.
 */
public final class OutageException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Outage is a plain record; kept out of serialization all the same. */
  private final transient Outage outage;

  OutageException(Outage outage) {
    // No stack trace: thrown often while it lasts, and where it was thrown says nothing.
    super(outage.message(), null, false, false);
    this.outage = outage;
  }

  public Outage outage() {
    return outage;
  }

  /** The outage behind a failure; empty if the call was made. */
  public static Optional<Outage> in(@Nullable Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof OutageException known) {
        return Optional.of(known.outage);
      }
    }
    return Optional.empty();
  }
}
