package io.estat.storage.gcs;

import com.google.cloud.storage.StorageException;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a failed call means, by its HTTP status ("HTTP status and error codes for JSON" in the
 * documentation of Cloud Storage). Without a status nobody knows what the store did.
 */
final class GcsFailures {
  private static final int MAX_TEXT = 200;

  /** What was asked, as far as it decides about the meaning of an answer. */
  enum Call {
    /** Nothing but the key is sent: what is refused is the caller, not the object. */
    HEAD,
    OPEN,
    OTHER
  }

  private GcsFailures() {}

  /** The HTTP status of the answer, or 0 if there was none. */
  static int status(Throwable e) {
    @Nullable StorageException answer = cause(e, StorageException.class);
    return answer == null ? 0 : Math.max(0, answer.getCode());
  }

  static StoreException explain(String doing, Call call, Exception e) {
    if (cause(e, CredentialsUnavailable.class) != null) {
      return noCredentials(doing, e);
    }
    int status = status(e);
    if (status > 0) {
      return answered(doing, call, status, start(e), e);
    }
    return new StoreException(Kind.UNKNOWN_OUTCOME, doing + " got no answer: " + start(e), e);
  }

  /**
   * @param text what the store said
   * @param cause null where the library's exception would hold a session's address
   */
  static StoreException answered(
      String doing, Call call, int status, String text, @Nullable Throwable cause) {
    return new StoreException(
        kind(status, call, text), "%s failed: %d: %s".formatted(doing, status, text), cause);
  }

  /** The client could not even be built: nothing was sent. */
  static StoreException noCredentials(String doing, Exception e) {
    return new StoreException(
        Kind.DENIED,
        doing
            + " failed: no Google credentials to be had; set GOOGLE_APPLICATION_CREDENTIALS to a"
            + " key file, or give the machine or pod a service account: "
            + start(e),
        e);
  }

  /** Whether a 404 is about the bucket and not about an object in it. */
  private static boolean isNoBucket(String text) {
    return text.toLowerCase(Locale.ROOT).contains("specified bucket does not exist");
  }

  private static Kind kind(int status, Call call, String text) {
    return switch (status) {
      case 401, 403 -> Kind.DENIED;
      case 404 -> call == Call.OPEN && !isNoBucket(text) ? Kind.NO_OBJECT : Kind.NO_BUCKET;
      case 408 -> Kind.UNKNOWN_OUTCOME;
      case 409 -> Kind.CONFLICT;
      case 429, 503 -> Kind.THROTTLED;
      default -> {
        if (status >= 500) {
          yield Kind.UNAVAILABLE;
        }
        yield call == Call.HEAD ? Kind.DENIED : Kind.REJECTED;
      }
    };
  }

  private static String start(Throwable e) {
    String text = String.valueOf(e.getMessage());
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
  }

  private static <T extends Throwable> @Nullable T cause(Throwable e, Class<T> type) {
    for (@Nullable Throwable at = e; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return type.cast(at);
      }
    }
    return null;
  }
}
