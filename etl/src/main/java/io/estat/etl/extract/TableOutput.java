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
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one table while they are written: one, or several where it outgrows the bound of
 * an object. Members come from any worker in any order. Nothing is visible before {@link #commit}.
 * Thread-safe.
 */
final class TableOutput {
  /** JSON Lines have no registered media type; the gzip around them has. */
  static final String CONTENT_TYPE = "application/gzip";

  /** Of a table's first object. */
  static final String SUFFIX = ".jsonl.gz";

  /** Makes the uploads of objects. */
  interface Uploads {
    /** Of rows. */
    ObjectUpload open(String objectName);

    /** Of something small beside the rows, which does not wait for their bytes. */
    ObjectUpload openBeside(String objectName, String contentType);

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

    /** Guarded by the output. */
    long bytes;

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

  /** The objects' name without its ending. */
  String name() {
    return table;
  }

  /** Adds whole members; waits while the store is behind. */
  void append(byte[] members, int length, long rows) throws StoreException, InterruptedException {
    Piece piece = pieceFor(length);
    piece.upload.append(members, 0, length);
    piece.rows.addAndGet(rows);
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
   * Adds an object beside those of the rows, which is visible with them or not at all. Once.
   *
   * @param ending of its name
   */
  void putBeside(String ending, String contentType, byte[] content)
      throws StoreException, InterruptedException {
    ObjectUpload upload;
    synchronized (this) {
      requireWanted();
      upload = uploads.openBeside(table + ending, contentType);
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
    for (Piece piece : snapshot()) {
      piece.upload.withdraw();
    }
    ObjectUpload last = beside();
    if (last != null) {
      last.withdraw();
    }
  }

  private synchronized Piece pieceFor(int length) throws StoreException {
    requireWanted();
    if (pieces.isEmpty() || pieces.getLast().bytes + length > maxObjectBytes) {
      String name =
          pieces.isEmpty()
              ? table + SUFFIX
              : "%s-%05d.jsonl.gz".formatted(table, pieces.size() + 1);
      pieces.add(new Piece(name, uploads.open(name)));
    }
    Piece piece = pieces.getLast();
    piece.bytes += length;
    return piece;
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
