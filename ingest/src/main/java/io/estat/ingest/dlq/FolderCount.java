package io.estat.ingest.dlq;

import io.estat.ingest.batch.BatchName;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many files and bytes the folder holds. A walk counts what it meets, a piece at a time; saves
 * and removals go on meanwhile and are counted as they happen, so that the figures are exact when
 * the walk is complete: a file is the walk's or the save's, never both, and a removal is taken off
 * only if the file had been counted. To know that, a running walk remembers 8 bytes for each file
 * it counted.
 *
 * <p>Until the first walk is complete the figures are those of the files known so far. Any thread;
 * who reads a figure never waits, also when the disk does not answer.
 */
final class FolderCount {
  private final DlqFiles files;
  private final Set<String> saving = new HashSet<>();
  private long filesCurrent;
  private long bytesCurrent;
  private long bytesReserved;
  private @Nullable Walk walk = new Walk();
  private boolean complete;

  /** Written under the monitor, under which the disk is asked, too; read without it. */
  private volatile Figures shown = new Figures(0, 0, false);

  private record Figures(long files, long bytes, boolean complete) {}

  FolderCount(DlqFiles files) {
    this.files = files;
  }

  /** The name is being saved: no scan, walk or eviction touches its files. */
  synchronized void saving(BatchName name) {
    saving.add(name.text());
  }

  synchronized boolean isSaving(BatchName name) {
    return saving.contains(name.text());
  }

  /** Whether so many more bytes fit; if so they are the save's, until it ends. */
  synchronized boolean reserve(long bytes, long maxBytes) {
    boolean fits = shown.bytes() + bytesReserved + bytes <= maxBytes;
    if (fits) {
      bytesReserved += bytes;
    }
    return fits;
  }

  /**
   * @param gone false if its file may be in the folder although the batch is still somebody's: the
   *     name stays as it is while it is saved, until a later save of it succeeds or the process
   *     ends
   */
  synchronized void notSaved(BatchName name, long reservedBytes, boolean gone) {
    if (gone) {
      saving.remove(name.text());
    }
    bytesReserved -= reservedBytes;
  }

  /** The name is a complete file now, of as many bytes as were reserved. */
  synchronized void saved(BatchName name, long bytes) {
    saving.remove(name.text());
    bytesReserved -= bytes;
    filesCurrent++;
    bytesCurrent += bytes;
    if (walk != null) {
      walk.saved(name, bytes);
    }
    show();
  }

  /** Deletes the data file of so many bytes; nothing is counted if that fails. */
  synchronized void remove(BatchName name, long bytes) throws IOException {
    files.deleteData(name);
    filesCurrent = Math.max(0, filesCurrent - 1);
    bytesCurrent = Math.max(0, bytesCurrent - bytes);
    if (walk != null) {
      walk.removed(name, bytes);
    }
    show();
  }

  private void show() {
    Walk counting = complete ? null : walk;
    shown =
        counting == null
            ? new Figures(filesCurrent, bytesCurrent, complete)
            : new Figures(counting.files, counting.bytes, false);
  }

  long files() {
    return shown.files();
  }

  long bytes() {
    return shown.bytes();
  }

  /** Whether a walk has seen the whole folder since the start. */
  boolean isComplete() {
    return shown.complete();
  }

  synchronized boolean isWalking() {
    return walk != null;
  }

  /** Begins a new walk, unless one is under way. */
  synchronized void walkAgain() {
    if (walk == null) {
      walk = new Walk();
      show();
    }
  }

  /** The walk could not go on: what it counted is void, the next one begins anew. */
  synchronized void restartWalk() {
    Walk broken = walk;
    if (broken != null) {
      walk = new Walk();
      show();
    }
  }

  /** The walk met these complete files, none of them before. */
  void met(List<BatchName> names) throws IOException {
    for (BatchName name : names) {
      met(name);
    }
  }

  /** Looking and counting are one step, so that a removal comes before both or after both. */
  private synchronized void met(BatchName name) throws IOException {
    if (walk == null || saving.contains(name.text()) || walk.isOfASave(name)) {
      return;
    }
    long bytes = files.size(name);
    if (bytes >= 0) {
      walk.met(name, bytes);
      show();
    }
  }

  /** The walk met the end of the folder: what it counted is what there is. */
  synchronized void endOfWalk() {
    if (walk != null) {
      filesCurrent = walk.files;
      bytesCurrent = walk.bytes;
      walk = null;
      complete = true;
      show();
    }
  }

  private static final class Walk {
    private long files;
    private long bytes;
    private final Set<Long> saved = new HashSet<>();
    private final SeenNames met = new SeenNames();

    boolean isOfASave(BatchName name) {
      return saved.contains(SeenNames.hash(name));
    }

    void saved(BatchName name, long addedBytes) {
      saved.add(SeenNames.hash(name));
      files++;
      bytes += addedBytes;
    }

    void met(BatchName name, long addedBytes) {
      met.add(SeenNames.hash(name));
      files++;
      bytes += addedBytes;
    }

    void removed(BatchName name, long removedBytes) {
      long hash = SeenNames.hash(name);
      if (saved.contains(hash) || met.contains(hash)) {
        files--;
        bytes -= removedBytes;
      }
    }
  }
}
