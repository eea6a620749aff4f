package io.estat.storage.s3;

import io.estat.storage.ObjectInfo;
import io.estat.storage.ObjectPut;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.PartSink;
import io.estat.storage.PutOutcome;
import io.estat.storage.StoreException;
import io.estat.storage.s3.S3Failures.Call;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * A bucket of S3 or of a server that speaks its protocol. One request a call and no retry: what to
 * do after a failure is the caller's decision. {@code head} cannot tell a missing bucket from a
 * missing object, since the answer to HEAD has no body.
 */
public final class S3Store implements ObjectStore {
  private static final int PAGE = 1000;
  private static final String NO_TYPE = "application/octet-stream";

  private final String bucket;
  private final Duration timeout;
  private final Supplier<S3Connection> connect;
  private @Nullable S3Connection connection; // guarded by this
  private boolean closed; // guarded by this

  /**
   * @param timeout of calls that carry none
   * @param connect called at the first use and not before, so that a server is ready without having
   *     loaded the SDK; again at the next one if it threw
   */
  S3Store(String bucket, Duration timeout, Supplier<S3Connection> connect) {
    this.bucket = bucket;
    this.timeout = timeout;
    this.connect = connect;
  }

  @Override
  public String url() {
    return "s3://" + bucket;
  }

  @Override
  public PutOutcome put(ObjectPut put) throws StoreException {
    String doing = "put of " + put.key() + " into " + url();
    S3Client client = client(doing);
    try {
      client.putObject(request(put), body(put));
      return PutOutcome.STORED;
    } catch (RuntimeException e) {
      if (put.onlyIfAbsent() && S3Failures.status(e) == 412) {
        return PutOutcome.EXISTS;
      }
      throw S3Failures.explain(doing, put.onlyIfAbsent() ? Call.CONDITIONAL_PUT : Call.OTHER, e);
    }
  }

  private PutObjectRequest request(ObjectPut put) {
    byte[] crc32 = ByteBuffer.allocate(4).putInt(put.content().crc32()).array();
    return PutObjectRequest.builder()
        .bucket(bucket)
        .key(put.key())
        .contentType(put.contentType())
        .contentLength(put.content().length())
        .metadata(put.metadata())
        .checksumCRC32(Base64.getEncoder().encodeToString(crc32))
        .ifNoneMatch(put.onlyIfAbsent() ? "*" : null)
        .overrideConfiguration(within(put.timeout()))
        .build();
  }

  /** Read straight from the content: {@code RequestBody.fromBytes} would copy it. */
  private static RequestBody body(ObjectPut put) {
    return RequestBody.fromContentProvider(
        () -> {
          try {
            return put.content().open();
          } catch (IOException e) {
            throw new UncheckedIOException("the content of " + put.key() + " cannot be read", e);
          }
        },
        put.content().length(),
        put.contentType());
  }

  @Override
  public Optional<ObjectInfo> head(String key, Duration timeout) throws StoreException {
    String doing = "head of " + key + " in " + url();
    S3Client client = client(doing);
    try {
      HeadObjectResponse found =
          client.headObject(
              HeadObjectRequest.builder()
                  .bucket(bucket)
                  .key(key)
                  .overrideConfiguration(within(timeout))
                  .build());
      var metadata = new TreeMap<String, String>();
      found.metadata().forEach((name, value) -> metadata.put(name.toLowerCase(Locale.ROOT), value));
      @Nullable String type = found.contentType();
      return Optional.of(
          new ObjectInfo(key, found.contentLength(), type == null ? NO_TYPE : type, metadata));
    } catch (RuntimeException e) {
      if (S3Failures.status(e) == 404) {
        return Optional.empty();
      }
      throw S3Failures.explain(doing, Call.HEAD, e);
    }
  }

  @Override
  public InputStream open(String key) throws StoreException {
    String doing = "open of " + key + " in " + url();
    S3Client client = client(doing);
    GetObjectRequest get =
        GetObjectRequest.builder()
            .bucket(bucket)
            .key(key)
            .overrideConfiguration(within(timeout))
            .build();
    try {
      return new S3Stream(client.getObject(get), e -> S3Failures.explain(doing, Call.OTHER, e));
    } catch (RuntimeException e) {
      throw S3Failures.explain(doing, Call.OTHER, e);
    }
  }

  @Override
  public List<ObjectInfo> list(String prefix, @Nullable String startAfter) throws StoreException {
    String doing = "listing of '" + prefix + "' in " + url();
    S3Client client = client(doing);
    var page = new ArrayList<ObjectInfo>(PAGE);
    try {
      @Nullable String continuation = null;
      do {
        ListObjectsV2Response answer =
            client.listObjectsV2(
                ListObjectsV2Request.builder()
                    .bucket(bucket)
                    .prefix(prefix)
                    .startAfter(startAfter)
                    .continuationToken(continuation)
                    .maxKeys(PAGE)
                    .overrideConfiguration(within(timeout))
                    .build());
        answer.contents().forEach(o -> page.add(new ObjectInfo(o.key(), o.size(), "", Map.of())));
        // An empty page means the end to the caller, but a server may send one on the way.
        continuation =
            Boolean.TRUE.equals(answer.isTruncated()) ? answer.nextContinuationToken() : null;
      } while (page.isEmpty() && continuation != null);
      return page;
    } catch (RuntimeException e) {
      throw S3Failures.explain(doing, Call.OTHER, e);
    }
  }

  @Override
  public PartSink sink(ObjectUploadRequest request) {
    return new S3Upload(this, request);
  }

  @Override
  public int abortUploads(String prefix) throws StoreException {
    return new S3OpenUploads(this, timeout).abortAll(prefix);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (connection != null) {
      connection.close();
    }
  }

  String bucket() {
    return bucket;
  }

  synchronized S3Client client(String doing) throws StoreException {
    if (closed) {
      throw new IllegalStateException(doing + ": the store is closed");
    }
    try {
      if (connection == null) {
        connection = connect.get();
      }
      return connection.client();
    } catch (RuntimeException e) {
      throw S3Failures.misconfigured(doing, e);
    }
  }

  static AwsRequestOverrideConfiguration within(Duration timeout) {
    return AwsRequestOverrideConfiguration.builder()
        .apiCallTimeout(timeout)
        .apiCallAttemptTimeout(timeout)
        .build();
  }
}
