package io.estat.etl.extract;

import io.estat.etl.domain.LandedObject;
import io.estat.storage.CommittedObject;
import io.estat.storage.ObjectUpload;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import io.estat.storage.UploadOutcome;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one table while they are written: one, or several where it outgrows the bound of
 * an object. Members come from any worker in any order. One object is filled at a time: the next
 * one begins when the store has all of the one before, which keeps no more of the byte budget than
 * what the store's alignment holds back until its commit: nothing with S3, 256 KiB with GCS.
 * Nothing is visible before {@link #commit}. Thread-safe.
 */
final class TableOutput {
  /** JSON Lines have no registered media type; the gzip around them has. */
  static final String CONTENT_TYPE = "application/gzip";

  /** Of a table's first object. */
  static final String SUFFIX = ".jsonl.gz";

  /** Of the object beside them. */
  private static final String SCHEMA_SUFFIX = ".schema.json";

  /** Fewer than a store's client has connections. */
  private static final int WITHDRAWALS_AT_ONCE = 16;

  /** Makes the uploads of objects. */
  interface Uploads {
    /**
     * Of rows.
     *
     * @throws StoreException if the byte budget has no room for one more open object
     */
    ObjectUpload open(String objectName) throws StoreException;

    /** Of something small beside the rows, which does not wait for their bytes. */
    ObjectUpload openBeside(String objectName, String contentType) throws StoreException;

    /** Where readers will find it. */
    String url(String objectName);
  }

  /** Whether something may become visible now. */
  interface Permission {
    void require() throws ClaimLostException;
  }

  /** One object, and what was promised to it. */
  private static final class Piece {
    final String name;
    final ObjectUpload upload;
    final AtomicLong rows = new AtomicLong();

    // Guarded by the output.
    long bytes;
    int appenders;

    Piece(String name, ObjectUpload upload) {
      this.name = name;
      this.upload = upload;
    }
  }

  private final String table;
  private final long maxObjectBytes;
  private final Uploads uploads;
  // Guarded by this.
  private final List<Piece> pieces = new ArrayList<>();
  private @Nullable Piece open;
  private boolean closing;
  private @Nullable ObjectUpload beside;
  private boolean aborted;
  private boolean committed;

  /**
   * @param table the objects' name without its ending
   */
  TableOutput(String table, long maxObjectBytes, Uploads uploads) {
    this.table = table;
    this.maxObjectBytes = maxObjectBytes;
    this.uploads = uploads;
  }

  /** What the object beside those of rows is called, if there is one. */
  static String schemaName(String firstObject) {
    String table =
        firstObject.endsWith(SUFFIX)
            ? firstObject.substring(0, firstObject.length() - SUFFIX.length())
            : firstObject;
    return table + SCHEMA_SUFFIX;
  }

  /** Adds whole members; waits while the store is behind. */
  void append(byte[] members, int length, long rows) throws StoreException, InterruptedException {
    Piece piece = enter(length);
    try {
      piece.upload.append(members, 0, length);
      piece.rows.addAndGet(rows);
    } finally {
      leave(piece);
    }
  }

  /** Compressed bytes so far. */
  synchronized long bytes() {
    return pieces.stream().mapToLong(piece -> piece.bytes).sum();
  }

  /** Brings everything to the store without showing it. */
  void finish() throws StoreException, InterruptedException {
    for (Piece piece : snapshot()) {
      piece.upload.finishParts();
    }
  }

  /**
   * Adds the schema as an object beside those of the rows, which is visible with them or not at
   * all. Once.
   */
  void putSchema(String contentType, byte[] content) throws StoreException, InterruptedException {
    ObjectUpload upload;
    synchronized (this) {
      requireWanted();
      upload = uploads.openBeside(table + SCHEMA_SUFFIX, contentType);
      beside = upload;
    }
    upload.append(content, 0, content.length);
  }

  /**
   * Shows the objects, all of them or none: if it throws, {@link #abort} removes those that are
   * visible by then.
   *
   * @param permission asked before each
   * @return those of rows
   * @throws StoreException also if an object of one of the names is there already
   */
  List<LandedObject> commit(Permission permission)
      throws StoreException, ClaimLostException, InterruptedException {
    var landed = new ArrayList<LandedObject>();
    for (Piece piece : snapshot()) {
      permission.require();
      CommittedObject object = stored(piece.upload.commit());
      landed.add(
          new LandedObject(
              piece.name,
              uploads.url(piece.name),
              piece.rows.get(),
              object.bytes(),
              HexFormat.of().toHexDigits(object.crc32c()),
              object.generation()));
    }
    ObjectUpload last = beside();
    if (last != null) {
      permission.require();
      stored(last.commit());
    }
    synchronized (this) {
      requireWanted();
      committed = true;
    }
    return landed;
  }

  private static CommittedObject stored(UploadOutcome outcome) throws StoreException {
    return switch (outcome) {
      case UploadOutcome.Stored(CommittedObject object) -> object;
      case UploadOutcome.Exists exists ->
          throw new StoreException(
              Kind.REJECTED,
              "an object %s is there already and was left as it is; remove it or choose another destination"
                  .formatted(exists.key()),
              null);
    };
  }

  /**
   * Leaves nothing behind, unless all was committed; wakes whoever waits in {@link #append}. As
   * often as wanted.
   */
  void abort() {
    synchronized (this) {
      if (committed) {
        return;
      }
      aborted = true;
    }
    withdrawAll();
  }

  /** Leaves nothing behind, also of what was committed: for when nobody will know of it. */
  void withdraw() {
    synchronized (this) {
      aborted = true;
    }
    withdrawAll();
  }

  /** Side by side, since a store that is away lets each of them wait for its timeout. */
  private void withdrawAll() {
    var uploads = new ArrayList<ObjectUpload>();
    snapshot().forEach(piece -> uploads.add(piece.upload));
    ObjectUpload last = beside();
    if (last != null) {
      uploads.add(last);
    }
    try (ExecutorService threads =
        Executors.newFixedThreadPool(WITHDRAWALS_AT_ONCE, Thread.ofVirtual().factory())) {
      uploads.forEach(upload -> threads.execute(upload::withdraw));
    }
  }

  /** The object that takes so much more; whoever appends to it must {@link #leave} it. */
  private Piece enter(int length) throws StoreException, InterruptedException {
    while (true) {
      Piece full;
      synchronized (this) {
        while (closing) {
          wait();
        }
        requireWanted();
        Piece last = open == null ? begin() : open;
        if (last.bytes == 0 || last.bytes + length <= maxObjectBytes) {
          last.bytes += length;
          last.appenders++;
          return last;
        }
        closing = true;
        full = last;
      }
      close(full);
    }
  }

  private synchronized void leave(Piece piece) {
    piece.appenders--;
    notifyAll();
  }

  /** Guarded by this. */
  private Piece begin() throws StoreException {
    String name =
        pieces.isEmpty() ? table + SUFFIX : "%s-%05d.jsonl.gz".formatted(table, pieces.size() + 1);
    var next = new Piece(name, uploads.open(name));
    pieces.add(next);
    open = next;
    return next;
  }

  /** Brings the full object to the store, after the last of those who append to it. */
  private void close(Piece full) throws StoreException, InterruptedException {
    boolean closed = false;
    try {
      awaitLeft(full);
      full.upload.finishParts();
      closed = true;
    } finally {
      synchronized (this) {
        // Otherwise the next appender tries, and meets the same failure.
        open = closed ? null : full;
        closing = false;
        notifyAll();
      }
    }
  }

  private synchronized void awaitLeft(Piece piece) throws InterruptedException {
    while (piece.appenders > 0) {
      wait();
    }
  }

  private synchronized void requireWanted() throws StoreException {
    if (aborted) {
      throw new StoreException(Kind.REJECTED, "the upload of " + table + " was aborted", null);
    }
  }

  private synchronized @Nullable ObjectUpload beside() {
    return beside;
  }

  private synchronized List<Piece> snapshot() {
    return List.copyOf(pieces);
  }
}
