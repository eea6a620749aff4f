package io.estat.ingest.dlq;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.disk.Disk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.zip.ZipException;

/**
 * Looks at a dead-letter queue's folder without holding it and without changing it, also while a
 * server works in it: files may go while they are looked at. Memory does not grow with the folder.
 */
public final class DlqFolder {
  private static final int SHOWN_MAX_BYTES = 1 << 20;

  /**
   * One complete file.
   *
   * @param savedEvents as its meta says; empty if that is missing or unreadable
   */
  public record Entry(BatchName name, long bytes, OptionalLong savedEvents) {
    /** Since the first event, by the name. */
    public long ageSeconds(long nowUnixSeconds) {
      return Math.max(0, nowUnixSeconds - name.unixSeconds());
    }
  }

  /**
   * What reading the whole file showed.
   *
   * @param problem empty if it is intact
   */
  public record Verdict(
      Entry entry, boolean intact, String problem, long readableLines, long brokenLines) {}

  private final DlqFiles files;

  public DlqFolder(Path folder, Disk disk) {
    files = new DlqFiles(disk, folder);
  }

  /** Every complete file once, in no order; one that goes meanwhile may be left out. */
  public void each(Consumer<Entry> seen) throws IOException {
    try (Disk.Listing listing = files.list()) {
      for (String file = listing.next(); file != null; file = listing.next()) {
        BatchName name = DlqEntry.data(file);
        long bytes = name == null ? -1 : files.size(name);
        if (name != null && bytes >= 0) {
          seen.accept(entry(name, bytes));
        }
      }
    }
  }

  /**
   * Unpacks and checks one file; empty if it is not there, or went before it could be opened.
   *
   * @throws IOException if the disk cannot read it
   */
  public Optional<Verdict> verify(BatchName name) throws IOException {
    long bytes = files.size(name);
    if (bytes < 0) {
      return Optional.empty();
    }
    Entry entry = entry(name, bytes);
    FileCheck check;
    try (InputStream in = files.open(name)) {
      check = FileCheck.of(in, OutputStream.nullOutputStream());
    } catch (IOException e) {
      if (files.size(name) < 0) {
        return Optional.empty();
      }
      throw e;
    }
    return Optional.of(
        new Verdict(entry, check.intact(), check.problem(), check.readable(), check.broken()));
  }

  /**
   * Up to {@code count} lines from the start, as far as the file can be unpacked and at most 1 MiB.
   *
   * @throws IOException if it is not there or the disk cannot read it
   */
  public List<String> firstLines(BatchName name, int count) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    byte[] block = new byte[64 * 1024];
    int lines = 0;
    try (InputStream in = files.open(name);
        StrictGunzip gunzip = new StrictGunzip(in)) {
      int got = gunzip.read(block);
      while (got > 0 && lines < count && text.size() < SHOWN_MAX_BYTES) {
        text.write(block, 0, got);
        for (int i = 0; i < got; i++) {
          lines += block[i] == '\n' ? 1 : 0;
        }
        got = gunzip.read(block);
      }
    } catch (ZipException corrupt) {
      // What came before the damage is shown; verify says what is wrong.
    }
    return text.toString(StandardCharsets.UTF_8).lines().limit(count).toList();
  }

  private Entry entry(BatchName name, long bytes) {
    OptionalLong events =
        files
            .readMeta(name)
            .map(meta -> OptionalLong.of(meta.events()))
            .orElse(OptionalLong.empty());
    return new Entry(name, bytes, events);
  }
}
