package io.estat.ingest.disk;

import java.io.IOException;
import java.nio.file.Path;

/** A process that takes a folder, says so, and keeps it until it is killed. */
public final class LockHolder {
  private LockHolder() {}

  public static void main(String[] args) throws IOException {
    try (var lock =
        new FileDisk().lock(Path.of(args[0]), "{\"pid\":" + ProcessHandle.current().pid() + "}")) {
      System.out.println("held");
      // Ends when the test does: its end of the pipe closes.
      int end = System.in.read();
      System.exit(end < 0 && lock != null ? 0 : 1);
    } catch (FolderHeldException e) {
      System.out.println("refused: " + e.holder());
    }
  }
}
