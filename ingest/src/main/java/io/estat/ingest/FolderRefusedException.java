package io.estat.ingest;

import io.estat.ingest.config.Setting;
import io.estat.ingest.disk.FolderHeldException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;

/** A folder of the configuration cannot be used, or another server has it; the message says why. */
public final class FolderRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  FolderRefusedException(Setting setting, IOException cause) {
    super(setting + reason(cause), cause);
  }

  private static String reason(IOException cause) {
    return switch (cause) {
      case FolderHeldException held -> ": " + held.getMessage();
      case FileAlreadyExistsException file ->
          " cannot be used: " + file.getFile() + " is a file; name a folder";
      case AccessDeniedException denied ->
          " cannot be used: give this user the right to read and write in " + denied.getFile();
      default -> " cannot be used: " + cause;
    };
  }
}
