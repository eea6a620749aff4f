package io.estat.ingest.dlq;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.disk.Disk;
import io.estat.ingest.disk.NoSpaceException;
import io.estat.ingest.dlq.DeadLetterQueue.Body;
import io.estat.ingest.dlq.DlqRefusedException.Reason;
import java.io.IOException;
import java.util.function.LongConsumer;

/**
 * Puts one batch on the disk, and makes room for it if older ones may go. A batch is there, synced,
 * or no trace of it is. Where the disk does not even let a trace be removed, it is nobody's in this
 * life, and the next one recovers it: it is looked for in the bucket first. Any thread, several at
 * once.
 */
final class DlqSave {
  /** With 1, 4 and 16 files removed in between. */
  private static final int TRIES_ON_A_FULL_DISK = 4;

  private final DlqConfig config;
  private final Disk disk;
  private final DlqFiles files;
  private final FolderCount count;
  private final DlqStock stock;

  DlqSave(DlqConfig config, Disk disk, DlqFiles files, FolderCount count, DlqStock stock) {
    this.config = config;
    this.disk = disk;
    this.files = files;
    this.count = count;
    this.stock = stock;
  }

  void saveIfAbsent(BatchName name, Body body) throws DlqRefusedException {
    if (!isHere(name)) {
      save(name, body, events -> {});
    }
  }

  /** Refuses what {@link #saveIfAbsent} would refuse whatever the body is. */
  void admit(BatchName name) throws DlqRefusedException {
    if (!isHere(name)) {
      refuseIfNothingFits();
    }
  }

  private boolean isHere(BatchName name) throws DlqRefusedException {
    try {
      if (files.size(name) < 0) {
        return false;
      }
      // Its life may have been killed between the rename and the sync.
      disk.syncFolder(config.folder());
      return true;
    } catch (IOException e) {
      throw new DlqRefusedException(Reason.DISK_FAILED, message(e), e);
    }
  }

  /**
   * @param saved told the number of events when they are on the disk
   */
  void save(BatchName name, Body body, LongConsumer saved) throws DlqRefusedException {
    int removals = 1;
    for (int attempt = 1; ; attempt++) {
      try {
        saveOnce(name, body, saved);
        return;
      } catch (NoSpaceException e) {
        if (attempt == TRIES_ON_A_FULL_DISK || !removedOldest(removals)) {
          throw new DlqRefusedException(Reason.NO_SPACE, message(e), e);
        }
        removals *= 4;
      } catch (IOException e) {
        throw new DlqRefusedException(Reason.DISK_FAILED, message(e), e);
      }
    }
  }

  private void saveOnce(BatchName name, Body body, LongConsumer onDisk)
      throws IOException, DlqRefusedException {
    refuseIfNothingFits();
    // A cleaner of temporary folders may have taken it away since the start.
    disk.createFolders(config.folder());
    count.saving(name);
    long reservedBytes = 0;
    boolean saved = false;
    boolean gone = true;
    try {
      DlqFiles.Written written = files.write(name, body);
      reserve(written.gzipBytes());
      reservedBytes = written.gzipBytes();
      files.publish(name);
      onDisk.accept(written.summary().events());
      saved = true;
    } catch (IOException | DlqRefusedException | RuntimeException | Error e) {
      // Errors, too: uploader and spiller outlive them and save the batch again.
      gone = files.takeBack(name, e);
      throw e;
    } finally {
      // Only now may a scan find it: its events are in the books.
      if (saved) {
        count.saved(name, reservedBytes);
      } else {
        count.notSaved(name, reservedBytes, gone);
      }
    }
    stock.wake();
  }

  /** Before anything is compressed in vain. */
  private void refuseIfNothingFits() throws DlqRefusedException {
    if (!mayEvict() && count.bytes() >= config.maxBytes()) {
      throw full(0);
    }
  }

  /**
   * Takes the bytes out of what is allowed. Where older files may go and none is left to be found,
   * the figures are behind the truth, and the disk has the last word.
   */
  private void reserve(long bytes) throws DlqRefusedException, IOException {
    boolean removed = true;
    while (!count.reserve(bytes, removed ? config.maxBytes() : Long.MAX_VALUE)) {
      if (!mayEvict() || bytes > config.maxBytes()) {
        throw full(bytes);
      }
      removed = stock.removeOldest();
    }
    if (!removed) {
      count.walkAgain();
    }
  }

  private boolean removedOldest(int removals) {
    boolean removed = false;
    try {
      for (int i = 0; i < removals && mayEvict() && stock.removeOldest(); i++) {
        removed = true;
      }
    } catch (IOException unreadableFolder) {
      // The save's own failure says what is wrong with the disk.
      return removed;
    }
    return removed;
  }

  private boolean mayEvict() {
    return config.overflow() == DlqConfig.Overflow.EVICT;
  }

  private DlqRefusedException full(long bytes) {
    count.walkAgain();
    return new DlqRefusedException(
        bytes > config.maxBytes() ? Reason.TOO_LARGE : Reason.FULL,
        "DLQ_MAX_SIZE_BYTES="
            + config.maxBytes()
            + " is used up: "
            + count.bytes()
            + " bytes lie in "
            + config.folder()
            + (bytes > 0 ? ", " + bytes + " more do not fit" : ""),
        null);
  }

  private static String message(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
