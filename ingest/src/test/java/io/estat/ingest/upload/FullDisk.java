package io.estat.ingest.upload;

import io.estat.ingest.disk.Disk;
import io.estat.ingest.disk.DiskFile;
import io.estat.ingest.disk.FileDisk;
import io.estat.ingest.disk.NoSpaceException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** A disk on which there is no space as long as the test says so. */
final class FullDisk implements Disk {
  private final Disk disk = new FileDisk();
  volatile boolean full;

  @Override
  public DiskFile create(Path file) throws IOException {
    DiskFile to = disk.create(file);
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

  @Override
  public void createFolders(Path folder) throws IOException {
    disk.createFolders(folder);
  }

  @Override
  public InputStream open(Path file) throws IOException {
    return disk.open(file);
  }

  @Override
  public long size(Path file) throws IOException {
    return disk.size(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public boolean delete(Path file) throws IOException {
    return disk.delete(file);
  }

  @Override
  public void syncFolder(Path folder) throws IOException {
    disk.syncFolder(folder);
  }

  @Override
  public Listing list(Path folder) throws IOException {
    return disk.list(folder);
  }

  @Override
  public Closeable lock(Path folder, String holder) throws IOException {
    return disk.lock(folder, holder);
  }

  @Override
  public String fileSystemType(Path folder) throws IOException {
    return disk.fileSystemType(folder);
  }
}
