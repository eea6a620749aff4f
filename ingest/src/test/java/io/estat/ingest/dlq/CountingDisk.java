package io.estat.ingest.dlq;

import io.estat.ingest.disk.Disk;
import io.estat.ingest.disk.ForwardingDisk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counts what is asked of the disk below. */
final class CountingDisk extends ForwardingDisk {
  final AtomicLong entriesRead = new AtomicLong();
  final AtomicLong filesOpened = new AtomicLong();
  final AtomicLong sizesAsked = new AtomicLong();

  CountingDisk(Disk disk) {
    super(disk);
  }

  @Override
  public InputStream open(Path file) throws IOException {
    filesOpened.incrementAndGet();
    return super.open(file);
  }

  @Override
  public long size(Path file) throws IOException {
    sizesAsked.incrementAndGet();
    return super.size(file);
  }

  @Override
  public Listing list(Path folder) throws IOException {
    Listing listing = super.list(folder);
    return new Listing() {
      @Override
      public @Nullable String next() throws IOException {
        entriesRead.incrementAndGet();
        return listing.next();
      }

      @Override
      public void close() throws IOException {
        listing.close();
      }
    };
  }
}
