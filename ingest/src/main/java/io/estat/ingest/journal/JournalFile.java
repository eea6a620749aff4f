package io.estat.ingest.journal;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.disk.Disk;
import io.estat.ingest.disk.DiskFile;
import io.estat.ingest.disk.NoSpaceException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The file of one batch: its lines, and behind each group of lines that was written and synced
 * together a mark that says that the group is whole.
 *
 * <pre>
 * {"ts":1700000000,...}
 * {"ts":1700000000,...}
 * #1c291ca3
 * </pre>
 *
 * <p>Zeros at the end are room that was reserved; no line has one.
 *
 * <p>The mark has the CRC-32C of the group's bytes. A group is written only when the one before is
 * synced, so that after a crash at most the last group of a file is torn, and nothing of it was
 * acknowledged. One thread.
 */
final class JournalFile implements Closeable {
  static final String EXTENSION = ".jsonl";
  static final byte MARK = '#';
  static final int MARK_BYTES = 10;

  /** As much again as the file has, within these: few syncs pay for room, and little is unused. */
  private static final int LEAST_RESERVED = 64 * 1024;

  private static final int MOST_RESERVED = 512 * 1024;

  private final BatchName name;
  private final DiskFile file;
  private final CRC32C crc = new CRC32C();
  private long syncedBytes;
  private long room;

  private JournalFile(BatchName name, DiskFile file) {
    this.name = name;
    this.file = file;
  }

  /** A new file; its name survives a power cut only after the folder is synced. */
  static JournalFile create(Disk disk, Path folder, BatchName name) throws IOException {
    return new JournalFile(name, disk.create(path(folder, name)));
  }

  static Path path(Path folder, BatchName name) {
    return folder.resolve(name.text() + EXTENSION);
  }

  /** The batch that a file is of, or empty if it is none of ours. */
  static Optional<BatchName> batchOf(String fileName) {
    return fileName.endsWith(EXTENSION)
        ? BatchName.parse(fileName.substring(0, fileName.length() - EXTENSION.length()))
        : Optional.empty();
  }

  BatchName name() {
    return name;
  }

  /** What was appended and is on the disk. */
  long syncedBytes() {
    return syncedBytes;
  }

  /** Appends a group and its mark; returns when both are on the disk. */
  void append(List<ByteBuffer> lines) throws IOException {
    int bytes = MARK_BYTES;
    crc.reset();
    for (ByteBuffer part : lines) {
      bytes += part.remaining();
      part.mark();
      crc.update(part);
      part.reset();
    }
    List<ByteBuffer> all = new ArrayList<>(lines);
    all.add(ByteBuffer.wrap(mark((int) crc.getValue())));
    reserve(bytes);
    file.write(all);
    file.syncData();
    syncedBytes += bytes;
  }

  /** Room is for speed alone: where the disk has none, the group may still fit. */
  private void reserve(int bytes) throws IOException {
    if (syncedBytes + bytes > room) {
      int more = bytes + Math.clamp(syncedBytes, LEAST_RESERVED, MOST_RESERVED);
      try {
        file.reserve(more);
        room += more;
      } catch (NoSpaceException full) {
        room = Long.MAX_VALUE; // not tried again for this file
      }
    }
  }

  static byte[] mark(int crc32c) {
    byte[] mark = new byte[MARK_BYTES];
    mark[0] = MARK;
    for (int i = 1; i < MARK_BYTES - 1; i++) {
      mark[i] = (byte) Character.forDigit(crc32c >>> (4 * (MARK_BYTES - 2 - i)) & 15, 16);
    }
    mark[MARK_BYTES - 1] = '\n';
    return mark;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
