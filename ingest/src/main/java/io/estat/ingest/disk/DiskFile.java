package io.estat.ingest.disk;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** A file being written at its end, by one thread. Closing it does not sync it. */
public abstract class DiskFile extends OutputStream {
  @Override
  public abstract void write(byte[] bytes, int offset, int length) throws IOException;

  @Override
  public void write(int oneByte) throws IOException {
    write(new byte[] {(byte) oneByte}, 0, 1);
  }

  /**
   * Writes what is left in each of the buffers, one after the other. If the thread is interrupted
   * meanwhile it may fail and close the file.
   */
  public void write(List<ByteBuffer> parts) throws IOException {
    int length = parts.stream().mapToInt(ByteBuffer::remaining).sum();
    ByteBuffer all = ByteBuffer.allocate(length);
    parts.forEach(all::put);
    write(all.array(), 0, length);
  }

  /**
   * Puts zeros behind the end of the file, in whose place the next writes come. A sync of bytes
   * that need no new room has no books of the file system to write, which is most of what it costs.
   * The zeros stay where nothing takes their place. It is for speed alone, and may do nothing. If
   * the thread is interrupted meanwhile it may fail and close the file.
   */
  public void reserve(int bytes) throws IOException {}

  /**
   * As {@link #sync}, but the file's times may be lost. If the thread is interrupted meanwhile it
   * may fail and close the file.
   */
  public void syncData() throws IOException {
    sync();
  }

  /**
   * Returns when all that was written is on the disk. After a failure nothing about the file may be
   * believed: a second sync can succeed although bytes are gone.
   */
  public abstract void sync() throws IOException;
}
