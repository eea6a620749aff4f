package io.estat.storage.gcs;

import com.google.api.services.storage.model.StorageObject;
import com.google.cloud.storage.Blob;
import io.estat.storage.ObjectPut;
import io.estat.storage.ObjectSum;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.Part;
import io.estat.storage.PartLimits;
import io.estat.storage.PartSink;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import io.estat.storage.UploadOutcome;
import io.estat.storage.gcs.GcsFailures.Call;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An upload by one resumable session, parts in sequence, or by one conditional put if it is smaller
 * than a part. A session takes no checksum of a part: the CRC-32C of the whole goes with its last
 * bytes, the store refuses to publish anything else, and its answer is compared. Called as {@link
 * PartSink} says.
 */
final class GcsUpload implements PartSink {
  private static final PartLimits LIMITS =
      new PartLimits(GcsSession.UNIT_BYTES, GcsSession.UNIT_BYTES, Integer.MAX_VALUE, 1);

  private final GcsStore store;
  private final ObjectUploadRequest request;
  private final String doing;
  private @Nullable GcsSession session;

  /** An object had the key when the session was to be opened: nothing need be sent. */
  private boolean taken;

  GcsUpload(GcsStore store, ObjectUploadRequest request) {
    this.store = store;
    this.request = request;
    doing = "upload of " + request.key() + " into " + store.url();
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
    GcsConnection connection = store.connection(doing);
    Optional<GcsSession> opened =
        within(connection, () -> GcsSession.open(connection, store.bucket(), request, doing));
    session = opened.orElse(null);
    taken = opened.isEmpty();
  }

  @Override
  public void send(Part part) throws StoreException {
    if (!taken) {
      GcsSession open = Objects.requireNonNull(session, "parts are sent after open");
      within(
          store.connection(doing),
          () -> {
            open.send(part);
            return part;
          });
    }
  }

  @Override
  public UploadOutcome complete(Part tail, ObjectSum sum) throws StoreException {
    if (taken) {
      return new UploadOutcome.Exists(request.key());
    }
    @Nullable GcsSession open = session;
    return open == null ? putWhole(tail, sum) : completeSession(open, tail, sum);
  }

  private UploadOutcome putWhole(Part whole, ObjectSum sum) throws StoreException {
    var put =
        new ObjectPut(
            request.key(),
            whole,
            request.contentType(),
            request.metadata(),
            true,
            request.partTimeout());
    Optional<Blob> stored = store.insert(put);
    return stored.isPresent()
        ? stored(sum, stored.get().getCrc32c(), stored.get().getGeneration())
        : new UploadOutcome.Exists(request.key());
  }

  private UploadOutcome completeSession(GcsSession open, Part tail, ObjectSum sum)
      throws StoreException {
    Optional<StorageObject> published =
        within(store.connection(doing), () -> open.complete(tail, sum));
    if (published.isEmpty()) {
      return new UploadOutcome.Exists(request.key());
    }
    UploadOutcome outcome =
        stored(sum, published.get().getCrc32c(), published.get().getGeneration());
    session = null; // Complete: there is nothing to cancel any more.
    return outcome;
  }

  /** Anything else than what was sent is refused by the store, unless it is broken. */
  private UploadOutcome stored(ObjectSum sum, @Nullable String crc32c, @Nullable Long generation)
      throws StoreException {
    String sent = GcsContent.base64(sum.crc32c());
    if (!sent.equals(crc32c)) {
      throw new StoreException(
          Kind.REJECTED,
          doing + " failed: the store has CRC-32C " + crc32c + " instead of " + sent,
          null);
    }
    return UploadOutcome.stored(
        request.key(), sum, generation == null ? null : generation.toString());
  }

  @Override
  public Optional<UploadOutcome> find(ObjectSum sum) throws StoreException {
    Optional<Blob> found = store.find(request.key(), request.partTimeout());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    if (!isOurs(found.get())) {
      return Optional.of(new UploadOutcome.Exists(request.key()));
    }
    UploadOutcome outcome = stored(sum, found.get().getCrc32c(), found.get().getGeneration());
    session = null;
    return Optional.of(outcome);
  }

  private boolean isOurs(Blob found) {
    return request.isOurs(GcsStore.info(found));
  }

  @Override
  public void abort(boolean mayBeVisible) throws StoreException {
    try {
      cancel();
    } finally {
      if (mayBeVisible) {
        remove();
      }
    }
  }

  private void cancel() throws StoreException {
    @Nullable GcsSession open = session;
    if (open != null) {
      within(
          store.connection(doing),
          () -> {
            open.cancel();
            return open;
          });
    }
  }

  private void remove() throws StoreException {
    Optional<Blob> found = store.find(request.key(), request.partTimeout()).filter(this::isOurs);
    if (found.isPresent()) {
      store.delete(found.get(), request.partTimeout());
    }
  }

  private <T> T within(GcsConnection connection, Attempt.Call<T> call) throws StoreException {
    try {
      return connection.within(request.partTimeout(), call);
    } catch (StoreException e) {
      throw e;
    } catch (IOException e) {
      throw GcsFailures.explain(doing, Call.OTHER, e);
    }
  }
}
