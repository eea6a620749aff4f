package io.estat.ingest.journal;

import io.estat.ingest.disk.Disk;
import io.estat.ingest.disk.DiskFile;
import io.estat.ingest.disk.ForwardingDisk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Any disk; remembers what was done to it in which order, and fails some of it when told to. */
final class WatchedDisk extends ForwardingDisk {
  final List<String> done = new ArrayList<>();
  boolean failingSyncs;
  boolean failingTruncations;

  /** A file of this name is opened well only every other time. */
  String readableOnce = "";

  WatchedDisk(Disk disk) {
    super(disk);
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    DiskFile to = super.create(file);
    String name = file.getFileName().toString();
    done.add("create " + name);
    return new DiskFile() {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        done.add("write " + name);
        to.write(bytes, offset, length);
      }

      @Override
      public void reserve(int bytes) throws IOException {
        to.reserve(bytes);
      }

      @Override
      public void sync() throws IOException {
        done.add("sync " + name);
        if (failingSyncs) {
          throw new IOException("Input/output error");
        }
        to.sync();
      }

      @Override
      public void close() throws IOException {
        to.close();
      }
    };
  }

  @Override
  public InputStream open(Path file) throws IOException {
    String name = file.getFileName().toString();
    done.add("open " + name);
    if (name.equals(readableOnce) && count("open " + name) % 2 == 0) {
      throw new IOException("Input/output error");
    }
    return super.open(file);
  }

  @Override
  public void truncate(Path file, long length) throws IOException {
    done.add("truncate " + file.getFileName());
    if (failingTruncations) {
      throw new IOException("Read-only file system");
    }
    super.truncate(file, length);
  }

  @Override
  public void syncFolder(Path folder) throws IOException {
    done.add("sync folder");
    super.syncFolder(folder);
  }

  long count(String what) {
    return done.stream().filter(step -> step.startsWith(what)).count();
  }
}
