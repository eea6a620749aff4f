package io.estat.storage.s3;

import static java.util.Map.entry;

import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * What a failed call means. The error code decides where it is plain, the HTTP status otherwise
 * (codes as in "Error responses" of the Amazon S3 API reference). Without a status nobody knows
 * what the store did.
 */
final class S3Failures {
  private static final int MAX_TEXT = 200;

  private static final Map<String, Kind> BY_CODE =
      Map.ofEntries(
          entry("AccessDenied", Kind.DENIED),
          entry("AuthorizationHeaderMalformed", Kind.DENIED),
          entry("ExpiredToken", Kind.DENIED),
          entry("InvalidAccessKeyId", Kind.DENIED),
          entry("InvalidSecurity", Kind.DENIED),
          entry("InvalidToken", Kind.DENIED),
          entry("RequestExpired", Kind.DENIED),
          entry("RequestTimeTooSkewed", Kind.DENIED),
          entry("SignatureDoesNotMatch", Kind.DENIED),
          entry("TokenRefreshRequired", Kind.DENIED),
          entry("NoSuchBucket", Kind.NO_BUCKET),
          entry("InvalidBucketName", Kind.NO_BUCKET),
          entry("NoSuchKey", Kind.NO_OBJECT),
          // Aborted, expired, or completed already by an attempt whose answer was lost.
          entry("NoSuchUpload", Kind.REJECTED),
          // A completion may be answered with 200 first and with its failure in the body.
          entry("ConditionalRequestConflict", Kind.CONFLICT),
          entry("OperationAborted", Kind.CONFLICT),
          entry("InvalidPart", Kind.REJECTED),
          entry("InvalidPartOrder", Kind.REJECTED),
          entry("EntityTooSmall", Kind.REJECTED),
          entry("InternalError", Kind.UNAVAILABLE),
          entry("ServiceUnavailable", Kind.THROTTLED),
          entry("SlowDown", Kind.THROTTLED),
          entry("RequestLimitExceeded", Kind.THROTTLED),
          entry("ThrottlingException", Kind.THROTTLED),
          entry("BadDigest", Kind.REJECTED),
          entry("EntityTooLarge", Kind.REJECTED),
          entry("InvalidDigest", Kind.REJECTED),
          entry("KeyTooLongError", Kind.REJECTED),
          entry("MetadataTooLarge", Kind.REJECTED),
          entry("XAmzContentChecksumMismatch", Kind.REJECTED),
          entry("XAmzContentSHA256Mismatch", Kind.REJECTED),
          // The store gave up waiting for the body, so an earlier attempt may still be under way.
          entry("RequestTimeout", Kind.UNKNOWN_OUTCOME),
          entry("IncompleteBody", Kind.UNKNOWN_OUTCOME));

  /** Codes for a bucket that is in another region than the one that was asked. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "PermanentRedirect",
          "TemporaryRedirect",
          "Redirect",
          "IllegalLocationConstraintException");

  /** What was asked, as far as it decides about the meaning of an answer. */
  enum Call {
    /** A put with {@code If-None-Match}. */
    CONDITIONAL_PUT,
    /** Its answer has no body, so that only the status tells what is wrong. */
    HEAD,
    OTHER
  }

  private S3Failures() {}

  /** The HTTP status of the answer, or 0 if there was none. */
  static int status(RuntimeException e) {
    return e instanceof AwsServiceException answer ? answer.statusCode() : 0;
  }

  static boolean isNoSuchUpload(RuntimeException e) {
    return hasCode(e, "NoSuchUpload");
  }

  /** Whether an object has the key; said by the status, or in the body of a 200. */
  static boolean isConditionFailed(RuntimeException e) {
    return status(e) == 412 || hasCode(e, "PreconditionFailed");
  }

  private static boolean hasCode(RuntimeException e, String code) {
    return e instanceof AwsServiceException answer
        && answer.awsErrorDetails() != null
        && code.equals(answer.awsErrorDetails().errorCode());
  }

  static StoreException explain(String doing, Call call, RuntimeException e) {
    if (e instanceof AwsServiceException answer && answer.statusCode() > 0) {
      int status = answer.statusCode();
      @Nullable AwsErrorDetails details = answer.awsErrorDetails();
      String code = details == null ? "" : String.valueOf(details.errorCode());
      String text = details == null ? "" : String.valueOf(details.errorMessage());
      Kind kind = kind(status, code, call);
      return new StoreException(
          kind,
          "%s failed: %d %s: %s (request %s)%s"
              .formatted(doing, status, code, text, answer.requestId(), advice(status, code, call)),
          e);
    }
    if (isCausedBy(e, CredentialsUnavailable.class)) {
      return new StoreException(
          Kind.DENIED,
          doing
              + " failed: no AWS credentials to be had; set AWS_ACCESS_KEY_ID and"
              + " AWS_SECRET_ACCESS_KEY, or give the process a role: "
              + start(e),
          e);
    }
    if (isCausedBy(e, InterruptedException.class)) {
      Thread.currentThread().interrupt();
    }
    return new StoreException(Kind.UNKNOWN_OUTCOME, doing + " got no answer: " + e.getMessage(), e);
  }

  /** The client could not even be built: nothing was sent. */
  static StoreException misconfigured(String doing, RuntimeException e) {
    return new StoreException(
        Kind.DENIED,
        doing + " failed: the S3 client cannot be set up; is AWS_REGION set? " + start(e),
        e);
  }

  private static Kind kind(int status, String code, Call call) {
    Kind byCode = BY_CODE.get(code);
    if (byCode != null) {
      return byCode;
    }
    if (isElsewhere(status, code)) {
      return Kind.NO_BUCKET;
    }
    return switch (status) {
      case 401, 403 -> Kind.DENIED;
      case 404 -> Kind.NO_BUCKET;
      case 409 -> Kind.CONFLICT;
      case 429, 503 -> Kind.THROTTLED;
      default -> byCall(status, call);
    };
  }

  private static Kind byCall(int status, Call call) {
    boolean mayBeTheCondition = status == 400 || status == 501;
    if (call == Call.CONDITIONAL_PUT && mayBeTheCondition) {
      return Kind.CONDITION_REFUSED;
    }
    boolean inTheBodyOfA200 = status < 300;
    if (status >= 500 || inTheBodyOfA200) {
      return Kind.UNAVAILABLE;
    }
    // Nothing but the key is sent with a head: what is refused is the caller, not the object.
    return call == Call.HEAD ? Kind.DENIED : Kind.REJECTED;
  }

  private static boolean isElsewhere(int status, String code) {
    return (status >= 300 && status < 400) || ELSEWHERE.contains(code);
  }

  private static String advice(int status, String code, Call call) {
    if (isElsewhere(status, code)) {
      return "; the bucket is in another region: set AWS_REGION to the bucket's own";
    }
    if (status == 400 && call == Call.HEAD) {
      return "; no reason is given with this call: have the credentials expired, is AWS_REGION the"
          + " bucket's own?";
    }
    return "";
  }

  /** The SDK lists every place where it looked; the whole text is that of the cause. */
  private static String start(RuntimeException e) {
    String text = String.valueOf(e.getMessage());
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
  }

  private static boolean isCausedBy(Throwable e, Class<? extends Throwable> type) {
    for (@Nullable Throwable at = e; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return true;
      }
    }
    return false;
  }
}
