package io.estat.ingest.journal;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.disk.Disk;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What groups that were refused left at the ends of journal files, until it is cut off. A group may
 * be readable although its sync failed, and is so for sure in the files that it had reached before
 * another one failed; the next life would take it for acknowledged, and its clients send it again.
 *
 * <p>As many files as one group has at most: none is written before all is cut. One thread.
 */
final class RefusedTails {
  private final Path folder;
  private final Disk disk;
  private final Map<BatchName, Long> keptBytes = new LinkedHashMap<>();

  RefusedTails(Path folder, Disk disk) {
    this.folder = folder;
    this.disk = disk;
  }

  /**
   * @param kept so many bytes of the batch's file were committed; what lies behind is to go
   */
  void add(BatchName name, long kept) {
    keptBytes.put(name, kept);
  }

  /**
   * Cuts all of them, synced. A file that is gone, or was never made, has no tail.
   *
   * @throws IOException if a file cannot be cut; it waits for the next call, the others are cut
   */
  void cut() throws IOException {
    IOException failure = null;
    for (Iterator<Map.Entry<BatchName, Long>> each = keptBytes.entrySet().iterator();
        each.hasNext(); ) {
      Map.Entry<BatchName, Long> tail = each.next();
      Path file = JournalFile.path(folder, tail.getKey());
      try {
        disk.truncate(file, tail.getValue());
        each.remove();
      } catch (NoSuchFileException gone) {
        each.remove();
      } catch (IOException e) {
        failure = new IOException("refused events cannot be cut off " + file + ": " + e, e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
