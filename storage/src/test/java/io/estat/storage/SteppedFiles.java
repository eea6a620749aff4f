package io.estat.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The real disk, with a hook before each step that changes it. Used by one thread. */
final class SteppedFiles extends FolderFiles {
  /**
   * Called with the number of the step, from 0, and what {@link #done} will say, before it is done.
   */
  interface Hook {
    void before(int step, String name) throws IOException;
  }

  /** The process ends here: nothing after it runs, not even the cleaning up. */
  static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  private final Hook hook;
  private final List<String> done = new ArrayList<>();
  private int next;

  SteppedFiles(Hook hook) {
    this.hook = hook;
  }

  /** The steps in order, each with the kind of the file it was about. */
  List<String> done() {
    return done;
  }

  private void step(String name, Path file) throws IOException {
    String of = String.valueOf(file.getFileName());
    String kind =
        of.startsWith(".upload-")
            ? ".upload"
            : of.startsWith(".") ? of.replaceAll(".*\\.", ".") : of;
    hook.before(next++, name + " " + kind);
    done.add(name + " " + kind);
  }

  @Override
  void write(Path file, ObjectContent content) throws IOException {
    step("write", file);
    super.write(file, content);
  }

  @Override
  FileChannel create(Path file) throws IOException {
    step("create", file);
    return super.create(file);
  }

  @Override
  int writeAt(FileChannel file, long offset, List<ByteBuffer> bytes) throws IOException {
    step("writeAt", Path.of("" + offset));
    return super.writeAt(file, offset, bytes);
  }

  @Override
  void sync(FileChannel file) throws IOException {
    step("sync", Path.of("bytes"));
    super.sync(file);
  }

  @Override
  void createFolders(Path folder) throws IOException {
    step("createFolders", folder);
    super.createFolders(folder);
  }

  @Override
  void link(Path name, Path file) throws IOException {
    step("link", name);
    super.link(name, file);
  }

  @Override
  void rename(Path from, Path to) throws IOException {
    step("rename", to);
    super.rename(from, to);
  }

  @Override
  void delete(Path file) throws IOException {
    step("delete", file);
    super.delete(file);
  }

  @Override
  void syncFolder(Path folder) throws IOException {
    step("sync", folder);
    super.syncFolder(folder);
  }
}
