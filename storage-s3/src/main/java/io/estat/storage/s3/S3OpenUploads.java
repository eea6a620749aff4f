package io.estat.storage.s3;

import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import io.estat.storage.s3.S3Failures.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** The bucket's multipart uploads that have not been completed. */
final class S3OpenUploads {
  private static final int PAGE = 1000;

  private final S3Store store;
  private final Duration timeout;

  /**
   * @param timeout of one call
   */
  S3OpenUploads(S3Store store, Duration timeout) {
    this.store = store;
    this.timeout = timeout;
  }

  /** Aborts those whose keys start with the prefix; returns how many there were. */
  int abortAll(String prefix) throws StoreException {
    List<MultipartUpload> open = list(prefix);
    if (open.isEmpty()) {
      open = listOfAll(prefix);
    }
    abortEach(open);
    return open.size();
  }

  /**
   * MinIO answers a prefix that is not a whole key with nothing, and no prefix with everything
   * (minio issue 20989). Elsewhere this costs a request a thousand open uploads of the bucket.
   */
  private List<MultipartUpload> listOfAll(String prefix) throws StoreException {
    try {
      return list("").stream().filter(upload -> upload.key().startsWith(prefix)).toList();
    } catch (StoreException e) {
      if (e.kind() == Kind.DENIED) {
        return List.of(); // The right is given for the prefix only, so the first answer counts.
      }
      throw e;
    }
  }

  /** Aborts those of this key. */
  void abortAllOf(String key) throws StoreException {
    abortEach(list(key).stream().filter(upload -> upload.key().equals(key)).toList());
  }

  private void abortEach(List<MultipartUpload> open) throws StoreException {
    for (MultipartUpload upload : open) {
      abort(upload.key(), upload.uploadId());
    }
  }

  /** Listed whole before the first is aborted, so that no page is shifted. */
  private List<MultipartUpload> list(String prefix) throws StoreException {
    String doing = "listing of open uploads to '" + prefix + "' in " + store.url();
    S3Client client = store.client(doing);
    var open = new ArrayList<MultipartUpload>();
    @Nullable String keyMarker = null;
    @Nullable String idMarker = null;
    try {
      while (true) {
        ListMultipartUploadsResponse page =
            client.listMultipartUploads(
                ListMultipartUploadsRequest.builder()
                    .bucket(store.bucket())
                    .prefix(prefix)
                    .keyMarker(keyMarker)
                    .uploadIdMarker(idMarker)
                    .maxUploads(PAGE)
                    .overrideConfiguration(S3Store.within(timeout))
                    .build());
        open.addAll(page.uploads());
        if (!Boolean.TRUE.equals(page.isTruncated())) {
          return open;
        }
        keyMarker = page.nextKeyMarker();
        idMarker = page.nextUploadIdMarker();
      }
    } catch (RuntimeException e) {
      throw S3Failures.explain(doing, Call.OTHER, e);
    }
  }

  /** Ends the upload, if it is there. */
  void abort(String key, String uploadId) throws StoreException {
    String doing = "abort of the upload of " + key + " into " + store.url();
    S3Client client = store.client(doing);
    try {
      client.abortMultipartUpload(
          AbortMultipartUploadRequest.builder()
              .bucket(store.bucket())
              .key(key)
              .uploadId(uploadId)
              .overrideConfiguration(S3Store.within(timeout))
              .build());
    } catch (RuntimeException e) {
      if (!S3Failures.isNoSuchUpload(e)) {
        throw S3Failures.explain(doing, Call.OTHER, e);
      }
    }
  }
}
