package io.estat.testkit;

import io.estat.storage.ByteContent;
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
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.zip.CRC32C;

/** An upload to a {@link MemoryStore}: parts in any order, several at once, open until its end. */
final class MemoryUpload implements PartSink {
  private final MemoryStore store;
  private final ObjectUploadRequest request;
  private final PartLimits limits;
  private final Set<MemoryUpload> open;
  private final NavigableMap<Integer, byte[]> parts = new ConcurrentSkipListMap<>();

  MemoryUpload(
      MemoryStore store, ObjectUploadRequest request, PartLimits limits, Set<MemoryUpload> open) {
    this.store = store;
    this.request = request;
    this.limits = limits;
    this.open = open;
  }

  String key() {
    return request.key();
  }

  @Override
  public PartLimits limits() {
    return limits;
  }

  @Override
  public void open() {
    open.add(this);
  }

  @Override
  public void send(Part part) throws StoreException {
    requireOpen();
    parts.put(part.number(), bytes(part));
  }

  @Override
  public UploadOutcome complete(Part tail, ObjectSum sum) throws StoreException {
    var whole = new ByteArrayOutputStream();
    if (!parts.isEmpty()) {
      requireOpen();
      parts.values().forEach(whole::writeBytes);
    }
    whole.writeBytes(bytes(tail));
    byte[] bytes = whole.toByteArray();
    require(sum.equals(new ObjectSum(bytes.length, crc32c(bytes))), "the whole");
    PutOutcome outcome =
        store.put(
            new ObjectPut(
                request.key(),
                new ByteContent(bytes),
                request.contentType(),
                request.metadata(),
                true,
                request.partTimeout()));
    if (outcome == PutOutcome.EXISTS) {
      return new UploadOutcome.Exists(request.key());
    }
    open.remove(this);
    return UploadOutcome.stored(request.key(), sum);
  }

  @Override
  public Optional<UploadOutcome> find(ObjectSum sum) {
    return store
        .head(request.key(), request.partTimeout())
        .map(found -> request.outcome(found, sum));
  }

  @Override
  public void abort(boolean mayBeVisible) {
    open.remove(this);
    parts.clear();
    if (mayBeVisible
        && store.head(request.key(), request.partTimeout()).filter(request::isOurs).isPresent()) {
      store.remove(request.key());
    }
  }

  private byte[] bytes(Part part) throws StoreException {
    var bytes = new byte[(int) part.length()];
    ByteBuffer all = ByteBuffer.wrap(bytes);
    part.buffers().forEach(all::put);
    require(crc32c(bytes) == part.crc32c(), part.toString());
    return bytes;
  }

  private static int crc32c(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private void require(boolean right, String what) throws StoreException {
    if (!right) {
      throw new StoreException(
          Kind.REJECTED, request.key() + ": " + what + " is not as its checksum says", null);
    }
  }

  private void requireOpen() throws StoreException {
    if (!open.contains(this)) {
      throw new StoreException(
          Kind.REJECTED, "upload of " + request.key() + " was ended by a clean-up", null);
    }
  }
}
