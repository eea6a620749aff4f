package io.estat.ingest.disk;

import java.io.IOException;
import java.nio.file.Path;

/** Another server works in the folder. */
public final class FolderHeldException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String holder;

  public FolderHeldException(Path folder, String holder) {
    super(
        "folder "
            + folder
            + " is held by another server: "
            + holder
            + "; stop it, or give this one a folder of its own");
    this.holder = holder;
  }

  /** What the holder wrote of itself: JSON with pid, host, instance and start; or "unknown". */
  public String holder() {
    return holder;
  }
}
