package io.estat.ingest.dlq;

import org.jspecify.annotations.Nullable;

/**
 * A batch could not be saved; nothing of it is left in the folder, and it is still the caller's.
 */
public final class DlqRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** {@code DLQ_MAX_SIZE_BYTES} are used up and nothing may be removed, or nothing is enough. */
    FULL,
    /** Alone it is more than {@code DLQ_MAX_SIZE_BYTES}: no waiting helps. */
    TOO_LARGE,
    /** The disk or its quota is full, and nothing may be removed, or nothing helped. */
    NO_SPACE,
    /** The disk failed in another way. */
    DISK_FAILED
  }

  private final Reason reason;

  DlqRefusedException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
