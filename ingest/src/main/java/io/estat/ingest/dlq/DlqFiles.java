package io.estat.ingest.dlq;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.BatchSummary;
import io.estat.ingest.disk.Disk;
import io.estat.ingest.disk.DiskFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The files of one batch in the folder, and the order in which they are touched: what is visible as
 * data is complete, and its meta was there before it. Any thread; one batch is one thread's at a
 * time.
 */
final class DlqFiles {
  /** A batch that was written and is on the disk, under names that nobody takes for a file. */
  record Written(BatchSummary summary, long gzipBytes) {}

  private static final int META_TRIES = 2;

  private final Disk disk;
  private final Path folder;

  DlqFiles(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
  }

  Written write(BatchName name, DeadLetterQueue.Body body) throws IOException {
    Counted counted;
    BatchSummary summary;
    try (DiskFile file = disk.create(temporary(DlqEntry.dataFile(name)))) {
      counted = new Counted(file);
      summary = body.writeTo(counted);
      file.sync();
    }
    try (DiskFile file = disk.create(temporary(DlqEntry.metaFile(name)))) {
      file.write(DlqMeta.json(summary, counted.bytes, (int) counted.crc.getValue()));
      file.sync();
    }
    return new Written(summary, counted.bytes);
  }

  /** Returns when the batch survives a power cut. */
  void publish(BatchName name) throws IOException {
    disk.rename(temporary(DlqEntry.metaFile(name)), meta(name));
    disk.rename(temporary(DlqEntry.dataFile(name)), data(name));
    disk.syncFolder(folder);
  }

  /**
   * Takes back a write that failed, as far as the disk lets it; a scan finds what it leaves.
   *
   * @return whether no data file is there for sure
   */
  boolean takeBack(BatchName name, Throwable failure) {
    String[] traces = {DlqEntry.dataFile(name), DlqEntry.metaFile(name)};
    for (String trace : traces) {
      for (Path file : new Path[] {folder.resolve(trace), temporary(trace)}) {
        try {
          disk.delete(file);
        } catch (IOException e) {
          failure.addSuppressed(e);
        }
      }
    }
    try {
      return size(name) < 0;
    } catch (IOException nobodyKnows) {
      failure.addSuppressed(nobodyKnows);
      return false;
    }
  }

  /** Empty if there is none or if it cannot be read. */
  Optional<DlqMeta> readMeta(BatchName name) {
    for (int attempt = 0; attempt < META_TRIES; attempt++) {
      try {
        disk.size(meta(name));
        try (InputStream in = disk.open(meta(name))) {
          return DlqMeta.read(in);
        }
      } catch (NoSuchFileException gone) {
        return Optional.empty();
      } catch (IOException unreadable) {
        // A passing failure should not be taken for a missing meta; a lasting one is.
      }
    }
    return Optional.empty();
  }

  InputStream open(BatchName name) throws IOException {
    return disk.open(data(name));
  }

  /** Bytes of the data file, or -1 if there is no such regular file. */
  long size(BatchName name) throws IOException {
    try {
      return disk.size(data(name));
    } catch (NoSuchFileException gone) {
      return -1;
    }
  }

  /** Goes before the meta: a meta left alone is known for an orphan, data left alone is not. */
  void deleteData(BatchName name) throws IOException {
    disk.delete(data(name));
  }

  void deleteMeta(BatchName name) throws IOException {
    disk.delete(meta(name));
  }

  void delete(String fileName) throws IOException {
    disk.delete(folder.resolve(fileName));
  }

  DiskFile createSalvage(BatchName name) throws IOException {
    return disk.create(salvage(name));
  }

  InputStream openSalvage(BatchName name) throws IOException {
    return disk.open(salvage(name));
  }

  Disk.Listing list() throws IOException {
    return disk.list(folder);
  }

  private Path data(BatchName name) {
    return folder.resolve(DlqEntry.dataFile(name));
  }

  private Path meta(BatchName name) {
    return folder.resolve(DlqEntry.metaFile(name));
  }

  private Path salvage(BatchName name) {
    return folder.resolve(DlqEntry.salvageFile(name));
  }

  private Path temporary(String fileName) {
    return folder.resolve(fileName + DlqEntry.TEMPORARY_EXTENSION);
  }

  /** Passes bytes on; counts them. */
  static final class Counted extends OutputStream {
    final CRC32 crc = new CRC32();
    long bytes;
    private final OutputStream out;

    Counted(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      out.write(from, offset, length);
      crc.update(from, offset, length);
      bytes += length;
    }

    @Override
    public void write(int oneByte) throws IOException {
      write(new byte[] {(byte) oneByte}, 0, 1);
    }
  }
}
