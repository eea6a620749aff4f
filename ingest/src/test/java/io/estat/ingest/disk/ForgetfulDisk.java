package io.estat.ingest.disk;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that keeps a power cut's promises and no others. After {@link #restart} a file
 * has the bytes that were synced and a random part, perhaps damaged, of those that were not: torn
 * off anywhere, only the length, or some sectors of it and others not. Each creation, rename and
 * deletion that no folder sync followed has happened or has not, one independently of the other.
 * Bytes whose sync failed are gone, whatever a later sync of the file says. A truncation that was
 * not synced has happened or has not.
 *
 * <p>After {@link #nextProcess} nothing is gone, not even bytes whose sync failed: all that the old
 * process did is in the page cache. What was not synced is still not, and a power cut takes it.
 *
 * <p>It also runs full and fails on demand.
 */
public final class ForgetfulDisk implements Disk {
  /** The machine is off, or the process is dead; nothing that is tried afterwards happens. */
  public static final class PowerCut extends Error {
    private static final long serialVersionUID = 1L;

    /** Where is told by the operation's number: a thousand cuts need no traces. */
    PowerCut() {
      super("the power is gone", null, false, false);
    }
  }

  private static final int SECTOR_BYTES = 512;

  private static final class Content {
    private byte[] bytes = new byte[64];
    private int length;

    /** Where the next write goes: there may be zeros behind. */
    private int end;

    private int synced;

    /** Where a sync failed; nothing is lost if both are equal. */
    private int lostFrom;

    private int lostTo;

    /** What a truncation that is not synced took away. */
    private byte[] cutOff = {};

    private int syncedBeforeCut;

    byte[] all() {
      return Arrays.copyOf(bytes, length);
    }

    void append(byte[] from, int offset, int size) {
      grow(end + size);
      System.arraycopy(from, offset, bytes, end, size);
      end += size;
    }

    void grow(int to) {
      if (to > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, to));
      }
      length = Math.max(length, to);
    }

    void truncate(int to) {
      if (to < length) {
        cutOff = Arrays.copyOfRange(bytes, to, length);
        syncedBeforeCut = synced;
        length = to;
        end = Math.min(end, to);
        synced = Math.min(synced, to);
      }
    }
  }

  /** One entry of a folder put, or removed where content is null. */
  private record Change(List<Path> removed, @Nullable Path put, @Nullable Content content) {
    void applyTo(Map<Path, Content> entries) {
      removed.forEach(entries::remove);
      if (put != null && content != null) {
        entries.put(put, content);
      }
    }

    boolean isIn(Path folder) {
      return folder.equals((put != null ? put : removed.getFirst()).getParent());
    }
  }

  private final Random random;
  private final Map<Path, Content> entries = new HashMap<>();
  private final Map<Path, Content> durable = new HashMap<>();
  private final List<Change> unsynced = new ArrayList<>();
  private final Set<Path> locked = new HashSet<>();
  private long operations;
  private long cutAt = Long.MAX_VALUE;
  private long failAt = Long.MAX_VALUE;
  private long capacityBytes = Long.MAX_VALUE;
  private boolean off;

  public ForgetfulDisk(long seed) {
    // Plain Random gives neighbouring seeds the same first draw.
    random = Random.from(new SplittableRandom(seed));
  }

  /** The power goes just before the operation of this number, counted from 1. */
  public synchronized ForgetfulDisk cutPowerBefore(long operation) {
    cutAt = operation;
    return this;
  }

  /** The operation of this number fails and changes nothing; others do not. */
  public synchronized ForgetfulDisk failAt(long operation) {
    failAt = operation;
    return this;
  }

  /** All files together may hold so many bytes. */
  public synchronized ForgetfulDisk capacity(long bytes) {
    capacityBytes = bytes;
    return this;
  }

  public synchronized long operations() {
    return operations;
  }

  /** Whether the power is gone. */
  public synchronized boolean isOff() {
    return off;
  }

  /** The power goes now. */
  public synchronized void cutPower() {
    off = true;
  }

  /** The machine with this disk after the power came back. */
  public synchronized ForgetfulDisk restart() {
    off = true;
    Map<Path, Content> after = new HashMap<>(durable);
    for (Change change : unsynced) {
      if (random.nextBoolean()) {
        change.applyTo(after);
      }
    }
    ForgetfulDisk restarted = new ForgetfulDisk(random.nextLong());
    Map<Content, Content> survivors = new HashMap<>();
    after.forEach(
        (path, content) -> {
          Content kept = survivors.computeIfAbsent(content, this::survivor);
          restarted.entries.put(path, kept);
          restarted.durable.put(path, kept);
        });
    return restarted;
  }

  /** The next process on this machine, which was not switched off; the one before is dead. */
  public synchronized ForgetfulDisk nextProcess() {
    off = true;
    ForgetfulDisk next = new ForgetfulDisk(random.nextLong());
    next.entries.putAll(entries);
    next.durable.putAll(durable);
    next.unsynced.addAll(unsynced);
    return next;
  }

  private Content survivor(Content before) {
    Content after = new Content();
    if (before.cutOff.length > 0 && random.nextBoolean()) {
      before.append(before.cutOff, 0, before.cutOff.length);
      before.synced = before.syncedBeforeCut;
    }
    int kept = before.synced + random.nextInt(before.length - before.synced + 1);
    after.append(before.bytes, 0, kept);
    Arrays.fill(
        after.bytes, Math.min(before.lostFrom, kept), Math.min(before.lostTo, kept), (byte) 0);
    int fate = random.nextInt(3);
    if (fate == 0) {
      // The length reached the disk, the bytes did not.
      Arrays.fill(after.bytes, before.synced, kept, (byte) 0);
    } else if (fate == 1) {
      loseSectors(after, before.synced);
    }
    after.synced = kept;
    return after;
  }

  /** Sectors are written in any order: some of the later ones are there, some of the first not. */
  private void loseSectors(Content content, int from) {
    for (int at = from; at < content.length; at = (at / SECTOR_BYTES + 1) * SECTOR_BYTES) {
      if (random.nextBoolean()) {
        int end = Math.min(content.length, (at / SECTOR_BYTES + 1) * SECTOR_BYTES);
        Arrays.fill(content.bytes, at, end, (byte) 0);
      }
    }
  }

  /** What a test does to a file from outside: no operation, and it lasts. */
  public synchronized void tamper(Path file, byte @Nullable [] bytes) {
    entries.remove(file);
    durable.remove(file);
    unsynced.removeIf(change -> file.equals(change.put()) || change.removed().contains(file));
    if (bytes != null) {
      Content content = new Content();
      content.append(bytes, 0, bytes.length);
      content.synced = bytes.length;
      entries.put(file, content);
      durable.put(file, content);
    }
  }

  public synchronized byte[] bytes(Path file) {
    Content content = entries.get(file);
    return content == null ? new byte[0] : content.all();
  }

  /** All names in the folder, sorted. */
  public synchronized List<String> names(Path folder) {
    return entries.keySet().stream()
        .filter(p -> folder.equals(p.getParent()))
        .map(p -> p.getFileName().toString())
        .sorted()
        .toList();
  }

  private void operation(String what) throws IOException {
    operations++;
    off |= operations >= cutAt;
    if (off) {
      throw new PowerCut();
    }
    if (operations == failAt) {
      throw new IOException("this disk was told to fail at " + what);
    }
  }

  private Content existing(Path file) throws NoSuchFileException {
    Content content = entries.get(file);
    if (content == null) {
      throw new NoSuchFileException(file.toString());
    }
    return content;
  }

  private void change(Change change) {
    change.applyTo(entries);
    unsynced.add(change);
  }

  @Override
  public synchronized void createFolders(Path folder) throws IOException {
    operation("createFolders");
  }

  @Override
  public synchronized DiskFile create(Path file) throws IOException {
    operation("create");
    Content content = new Content();
    change(new Change(List.of(), file, content));
    return new Appending(content);
  }

  @Override
  public synchronized InputStream open(Path file) throws IOException {
    operation("open");
    return new ByteArrayInputStream(existing(file).all());
  }

  @Override
  public synchronized long size(Path file) throws IOException {
    operation("size");
    return existing(file).length;
  }

  @Override
  public synchronized void sync(Path file) throws IOException {
    Content content = existing(file);
    sync(content);
    content.synced = content.length;
    content.cutOff = new byte[0];
  }

  /** What was not on the disk is gone if it fails. */
  private void sync(Content content) throws IOException {
    try {
      operation("sync");
    } catch (IOException e) {
      content.lostFrom = content.lostFrom < content.lostTo ? content.lostFrom : content.synced;
      content.lostTo = content.length;
      throw e;
    }
  }

  @Override
  public synchronized void truncate(Path file, long length) throws IOException {
    operation("truncate");
    Content content = existing(file);
    content.truncate((int) Math.min(length, content.length));
    operation("sync");
    content.cutOff = new byte[0];
    content.lostTo = Math.min(content.lostTo, content.length);
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    operation("rename");
    change(new Change(List.of(from), to, existing(from)));
  }

  @Override
  public synchronized boolean delete(Path file) throws IOException {
    operation("delete");
    if (!entries.containsKey(file)) {
      return false;
    }
    change(new Change(List.of(file), null, null));
    return true;
  }

  @Override
  public synchronized void syncFolder(Path folder) throws IOException {
    operation("syncFolder");
    for (Iterator<Change> each = unsynced.iterator(); each.hasNext(); ) {
      Change change = each.next();
      if (change.isIn(folder)) {
        change.applyTo(durable);
        each.remove();
      }
    }
  }

  @Override
  public synchronized Listing list(Path folder) throws IOException {
    operation("list");
    List<String> names = new ArrayList<>(names(folder));
    Collections.shuffle(names, random);
    Iterator<String> each = names.iterator();
    return new Listing() {
      @Override
      public @Nullable String next() {
        return each.hasNext() ? each.next() : null;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public synchronized Closeable lock(Path folder, String holder) throws IOException {
    operation("lock");
    if (!locked.add(folder)) {
      throw new FolderHeldException(folder, holder);
    }
    return () -> {
      synchronized (this) {
        locked.remove(folder);
      }
    };
  }

  @Override
  public String fileSystemType(Path folder) {
    return "forgetful";
  }

  private final class Appending extends DiskFile {
    private final Content content;

    Appending(Content content) {
      this.content = content;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      synchronized (ForgetfulDisk.this) {
        operation("write");
        int to = content.end + length;
        int fits = fits(to);
        content.append(bytes, offset, Math.min(to, fits) - content.end);
        if (fits < to) {
          throw new NoSpaceException("No space left on device");
        }
      }
    }

    @Override
    public void reserve(int bytes) throws IOException {
      synchronized (ForgetfulDisk.this) {
        operation("reserve");
        int to = content.length + bytes;
        int fits = fits(to);
        content.grow(fits);
        if (fits < to) {
          throw new NoSpaceException("No space left on device");
        }
      }
    }

    /** How long the file may become, if it is to be so long. */
    private int fits(int to) {
      long others = entries.values().stream().mapToLong(c -> c.length).sum() - content.length;
      return (int) Math.max(content.length, Math.min(to, capacityBytes - others));
    }

    @Override
    public void sync() throws IOException {
      synchronized (ForgetfulDisk.this) {
        ForgetfulDisk.this.sync(content);
        content.synced = content.end;
      }
    }

    @Override
    public void close() {}
  }
}
