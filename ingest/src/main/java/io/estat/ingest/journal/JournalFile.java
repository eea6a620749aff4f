package io.estat.ingest.journal;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.disk.Disk;
import io.estat.ingest.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
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
 * <p>The mark has the CRC-32C of the group's bytes. A group is written only when the one before is
 * synced, so that after a crash at most the last group of a file is torn, and nothing of it was
 * acknowledged. One thread.
 */
final class JournalFile implements Closeable {
  static final String EXTENSION = ".jsonl";
  static final byte MARK = '#';
  static final int MARK_BYTES = 10;

  private static final int BUFFER_BYTES = 64 * 1024;

  private final BatchName name;
  private final DiskFile file;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int buffered;

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

  /** Appends a group and its mark; returns when both are on the disk. */
  void append(List<ByteBuffer> lines) throws IOException {
    CRC32C crc = new CRC32C();
    for (ByteBuffer part : lines) {
      crc.update(part.duplicate());
      while (part.hasRemaining()) {
        flushIfFull();
        int length = Math.min(part.remaining(), buffer.length - buffered);
        part.get(buffer, buffered, length);
        buffered += length;
      }
    }
    byte[] mark = mark((int) crc.getValue());
    if (buffered + mark.length > buffer.length) {
      flush();
    }
    System.arraycopy(mark, 0, buffer, buffered, mark.length);
    buffered += mark.length;
    flush();
    file.sync();
  }

  static byte[] mark(int crc32c) {
    return ("#" + HexFormat.of().toHexDigits(crc32c) + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  private void flushIfFull() throws IOException {
    if (buffered == buffer.length) {
      flush();
    }
  }

  private void flush() throws IOException {
    int length = buffered;
    buffered = 0;
    file.write(buffer, 0, length);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
