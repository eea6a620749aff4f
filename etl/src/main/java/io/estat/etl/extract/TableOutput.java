package io.estat.etl.extract;

import io.estat.etl.domain.LandedObject;
import io.estat.storage.ObjectUpload;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import io.estat.storage.UploadOutcome;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The objects of one table while they are written: one, or several where it outgrows the bound of
 * an object. Members come from any worker in any order. Nothing is visible before {@link #commit}.
 * Thread-safe.
 */
final class TableOutput {
  /** JSON Lines have no registered media type; the gzip around them has. */
  static final String CONTENT_TYPE = "application/gzip";

  /** Makes the upload of one object. */
  interface Uploads {
    ObjectUpload open(String objectName);

    /** Where readers will find it. */
    String url(String objectName);
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
  private boolean aborted;

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
   * Shows the objects, each whole.
   *
   * @throws StoreException also if an object of that name is there already
   */
  List<LandedObject> commit() throws StoreException, InterruptedException {
    var landed = new ArrayList<LandedObject>();
    for (Piece piece : snapshot()) {
      switch (piece.upload.commit()) {
        case UploadOutcome.Stored stored ->
            landed.add(
                new LandedObject(
                    piece.name,
                    uploads.url(piece.name),
                    piece.rows.get(),
                    stored.object().bytes(),
                    HexFormat.of().toHexDigits(stored.object().crc32c()),
                    stored.object().generation()));
        case UploadOutcome.Exists exists ->
            throw new StoreException(
                Kind.REJECTED,
                "an object %s is there already and was left as it is; remove it or choose another destination"
                    .formatted(exists.key()),
                null);
      }
    }
    return landed;
  }

  /** Leaves nothing behind; wakes whoever waits in {@link #append}. */
  void abort() {
    for (Piece piece : end()) {
      piece.upload.abort();
    }
  }

  private synchronized Piece pieceFor(int length) throws StoreException {
    if (aborted) {
      throw new StoreException(Kind.REJECTED, "the upload of " + table + " was aborted", null);
    }
    if (pieces.isEmpty() || pieces.getLast().bytes + length > maxObjectBytes) {
      String name =
          pieces.isEmpty()
              ? table + ".jsonl.gz"
              : "%s-%05d.jsonl.gz".formatted(table, pieces.size() + 1);
      pieces.add(new Piece(name, uploads.open(name)));
    }
    Piece piece = pieces.getLast();
    piece.bytes += length;
    return piece;
  }

  private synchronized List<Piece> end() {
    aborted = true;
    return List.copyOf(pieces);
  }

  private synchronized List<Piece> snapshot() {
    return List.copyOf(pieces);
  }
}
