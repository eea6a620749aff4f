package io.estat.ingest.disk;

import java.io.IOException;
import java.io.OutputStream;

/** A file being written at its end, by one thread. Closing it does not sync it. */
public abstract class DiskFile extends OutputStream {
  @Override
  public abstract void write(byte[] bytes, int offset, int length) throws IOException;

  @Override
  public void write(int oneByte) throws IOException {
    write(new byte[] {(byte) oneByte}, 0, 1);
  }

  /**
   * Returns when all that was written is on the disk. After a failure nothing about the file may be
   * believed: a second sync can succeed although bytes are gone.
   */
  public abstract void sync() throws IOException;
}
