package io.estat.ingest.upload;

import io.estat.ingest.disk.DiskFile;
import io.estat.ingest.disk.FileDisk;
import io.estat.ingest.disk.ForwardingDisk;
import io.estat.ingest.disk.NoSpaceException;
import java.io.IOException;
import java.nio.file.Path;

/** A disk on which there is no space as long as the test says so. */
final class FullDisk extends ForwardingDisk {
  volatile boolean full;

  FullDisk() {
    super(new FileDisk());
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    DiskFile to = super.create(file);
    return new DiskFile() {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        if (full) {
          throw new NoSpaceException("no space left on device: " + file);
        }
        to.write(bytes, offset, length);
      }

      @Override
      public void sync() throws IOException {
        to.sync();
      }

      @Override
      public void close() throws IOException {
        to.close();
      }
    };
  }
}
