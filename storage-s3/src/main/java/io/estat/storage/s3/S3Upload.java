package io.estat.storage.s3;

import io.estat.storage.ObjectInfo;
import io.estat.storage.ObjectPut;
import io.estat.storage.ObjectSum;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.Part;
import io.estat.storage.PartLimits;
import io.estat.storage.PartSink;
import io.estat.storage.PutOutcome;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import io.estat.storage.UploadOutcome;
import io.estat.storage.s3.S3Failures.Call;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Collection;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * A multipart upload whose completion is conditional. Every part carries its CRC-32C; where the
 * server knows checksums of full objects it also verifies the whole. Called as {@link PartSink}
 * says. The upload's id is a secret: it stands in no message.
 */
final class S3Upload implements PartSink {
  /** "Amazon S3 multipart upload limits" in the S3 user guide. */
  private static final PartLimits LIMITS = new PartLimits(5 << 20, 1, 10_000, 3);

  private final S3Store store;
  private final ObjectUploadRequest request;
  private final String doing;
  private final S3OpenUploads openUploads;
  private final NavigableMap<Integer, CompletedPart> parts = new ConcurrentSkipListMap<>();

  /** Set by the first successful open, before the first part. */
  private volatile @Nullable CreateMultipartUploadResponse session;

  /** An open whose answer was lost may have left a session that nobody knows the id of. */
  private volatile boolean mayHaveStray;

  S3Upload(S3Store store, ObjectUploadRequest request) {
    this.store = store;
    this.request = request;
    doing = "upload of " + request.key() + " into " + store.url();
    openUploads = new S3OpenUploads(store, request.partTimeout());
  }

  @Override
  public PartLimits limits() {
    return LIMITS;
  }

  @Override
  public void open() throws StoreException {
    if (session != null) {
      return;
    }
    S3Client client = store.client(doing);
    try {
      CreateMultipartUploadResponse opened =
          client.createMultipartUpload(
              CreateMultipartUploadRequest.builder()
                  .bucket(store.bucket())
                  .key(request.key())
                  .contentType(request.contentType())
                  .metadata(request.metadata())
                  .checksumAlgorithm(ChecksumAlgorithm.CRC32_C)
                  .checksumType(ChecksumType.FULL_OBJECT)
                  .overrideConfiguration(within())
                  .build());
      mayHaveStray |= isMissing(opened.uploadId());
      requireResult(opened.uploadId());
      session = opened;
    } catch (RuntimeException e) {
      mayHaveStray |= S3Failures.status(e) == 0 || S3Failures.status(e) >= 500;
      throw S3Failures.explain(doing, Call.OTHER, e);
    }
  }

  @Override
  public void send(Part part) throws StoreException {
    String sending = doing + ", " + part;
    String crc32c = base64(part.crc32c());
    S3Client client = store.client(sending);
    try {
      UploadPartResponse answer =
          client.uploadPart(
              UploadPartRequest.builder()
                  .bucket(store.bucket())
                  .key(request.key())
                  .uploadId(session().uploadId())
                  .partNumber(part.number())
                  .contentLength(part.length())
                  .checksumCRC32C(crc32c)
                  .overrideConfiguration(within())
                  .build(),
              RequestBody.fromContentProvider(part::open, part.length(), request.contentType()));
      requireSame(sending, crc32c, answer.checksumCRC32C());
      parts.put(
          part.number(),
          CompletedPart.builder()
              .partNumber(part.number())
              .eTag(answer.eTag())
              .checksumCRC32C(crc32c)
              .build());
    } catch (RuntimeException e) {
      throw S3Failures.explain(sending, Call.OTHER, e);
    }
  }

  /** A server that verifies says what it has; one that says nothing may not have verified. */
  private static void requireSame(String doing, String sent, @Nullable String stored)
      throws StoreException {
    if (stored != null && !stored.equals(sent)) {
      throw new StoreException(
          Kind.REJECTED,
          doing + " failed: the store has CRC-32C " + stored + " instead of " + sent,
          null);
    }
  }

  @Override
  public UploadOutcome complete(Part tail, ObjectSum sum) throws StoreException {
    PutOutcome outcome = session == null ? putWhole(tail) : completeParts(sum);
    return outcome == PutOutcome.STORED
        ? UploadOutcome.stored(request.key(), sum)
        : new UploadOutcome.Exists(request.key());
  }

  private PutOutcome putWhole(Part whole) throws StoreException {
    return store.put(
        new ObjectPut(
            request.key(),
            whole,
            request.contentType(),
            request.metadata(),
            true,
            request.partTimeout()));
  }

  /** The SDK takes a 200 whose body was lost on the way for an answer in which nothing is said. */
  private void requireResult(@Nullable String said) throws StoreException {
    if (isMissing(said)) {
      throw new StoreException(
          Kind.UNKNOWN_OUTCOME, doing + " got no answer: a 200 without its result", null);
    }
  }

  private static boolean isMissing(@Nullable String said) {
    return said == null || said.isEmpty();
  }

  private PutOutcome completeParts(ObjectSum sum) throws StoreException {
    S3Client client = store.client(doing);
    boolean wholeVerified = session().checksumType() == ChecksumType.FULL_OBJECT;
    Collection<CompletedPart> all = parts.values();
    try {
      CompleteMultipartUploadResponse answer =
          client.completeMultipartUpload(
              CompleteMultipartUploadRequest.builder()
                  .bucket(store.bucket())
                  .key(request.key())
                  .uploadId(session().uploadId())
                  .multipartUpload(completed -> completed.parts(all))
                  .ifNoneMatch("*")
                  .checksumType(wholeVerified ? ChecksumType.FULL_OBJECT : null)
                  .checksumCRC32C(wholeVerified ? base64(sum.crc32c()) : null)
                  .overrideConfiguration(within())
                  .build());
      requireResult(answer.eTag());
      session = null;
      return PutOutcome.STORED;
    } catch (RuntimeException e) {
      if (S3Failures.isConditionFailed(e)) {
        return PutOutcome.EXISTS;
      }
      throw S3Failures.explain(doing, Call.CONDITIONAL_PUT, e);
    }
  }

  @Override
  public Optional<UploadOutcome> find(ObjectSum sum) throws StoreException {
    Optional<ObjectInfo> found = store.head(request.key(), request.partTimeout());
    if (found.filter(request::isOurs).isPresent()) {
      session = null;
    }
    return found.map(info -> request.outcome(info, sum));
  }

  @Override
  public void abort(boolean mayBeVisible) throws StoreException {
    try {
      endSessions();
    } finally {
      if (mayBeVisible && isVisible()) {
        delete();
      }
    }
  }

  private void endSessions() throws StoreException {
    @Nullable CreateMultipartUploadResponse open = session;
    if (open != null) {
      openUploads.abort(request.key(), open.uploadId());
    }
    if (mayHaveStray) {
      openUploads.abortAllOf(request.key());
    }
  }

  private boolean isVisible() throws StoreException {
    return store.head(request.key(), request.partTimeout()).filter(request::isOurs).isPresent();
  }

  private void delete() throws StoreException {
    S3Client client = store.client(doing);
    try {
      client.deleteObject(
          DeleteObjectRequest.builder()
              .bucket(store.bucket())
              .key(request.key())
              .overrideConfiguration(within())
              .build());
    } catch (RuntimeException e) {
      throw S3Failures.explain("removal of the unfinished " + request.key(), Call.OTHER, e);
    }
  }

  private CreateMultipartUploadResponse session() {
    return Objects.requireNonNull(session, "parts are sent after open");
  }

  private AwsRequestOverrideConfiguration within() {
    return S3Store.within(request.partTimeout());
  }

  private static String base64(int crc) {
    return Base64.getEncoder().encodeToString(ByteBuffer.allocate(4).putInt(crc).array());
  }
}
