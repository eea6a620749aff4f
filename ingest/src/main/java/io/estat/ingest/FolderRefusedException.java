package io.estat.ingest;

import io.estat.ingest.config.Setting;
import io.estat.ingest.disk.FolderHeldException;
import java.io.IOException;

/** A folder of the configuration cannot be used, or another server has it; the message says why. */
public final class FolderRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  FolderRefusedException(Setting setting, IOException cause) {
    super(
        cause instanceof FolderHeldException
            ? setting + ": " + cause.getMessage()
            : setting + " cannot be used: " + cause,
        cause);
  }
}
