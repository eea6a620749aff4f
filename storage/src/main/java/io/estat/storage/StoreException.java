package io.estat.storage;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A store did not do what it was asked. The message names store and key, never a secret. */
public final class StoreException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Classes of failure, by what the caller can do about them. */
  public enum Kind {
    /** No answer was seen (timeout, reset, early close): ask with {@code head} before a new put. */
    UNKNOWN_OUTCOME,
    /** 409: somebody else is writing the same key; try again. */
    CONFLICT,
    /**
     * 400 or 501 to a conditional put: this store may not know conditions; a plain put may work.
     */
    CONDITION_REFUSED,
    /** 401, 403, or no credentials to be had: somebody must fix rights. */
    DENIED,
    /** The bucket or folder does not exist. */
    NO_BUCKET,
    /** 429 or 503: slow down. */
    THROTTLED,
    /** Another 5xx: the store is unwell. */
    UNAVAILABLE,
    /** Another 4xx: the request will not be taken as it is. */
    REJECTED,
    /** {@code open} of a key that has no object. */
    NO_OBJECT
  }

  private final Kind kind;

  public StoreException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = Objects.requireNonNull(kind);
  }

  /** Never null, unlike other exceptions' messages. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  public Kind kind() {
    return kind;
  }
}
