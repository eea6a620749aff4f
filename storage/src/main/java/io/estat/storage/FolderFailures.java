package io.estat.storage;

import io.estat.storage.StoreException.Kind;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a failed step on the disk means, and what to do about it. */
final class FolderFailures {
  private record Meaning(Kind kind, String advice) {}

  private FolderFailures() {}

  /**
   * @param doing what failed, with the key
   * @param file the object's path
   */
  static StoreException explain(String doing, Path root, Path file, IOException e) {
    if (e instanceof StoreException known) {
      return new StoreException(
          known.kind(), doing + " (" + file + "): " + known.getMessage(), known.getCause());
    }
    Meaning meaning = meaning(root, e);
    return new StoreException(
        meaning.kind(), doing + " (" + file + ") failed: " + reason(e) + meaning.advice(), e);
  }

  private static Meaning meaning(Path root, IOException e) {
    String reason = reason(e);
    if (e instanceof ClosedByInterruptException) {
      return new Meaning(Kind.UNKNOWN_OUTCOME, "the thread was interrupted");
    } else if (e instanceof AccessDeniedException) {
      return new Meaning(Kind.DENIED, "; give this user the right to read and write there");
    } else if (reason.contains("Read-only file system")) {
      return new Meaning(Kind.DENIED, "; mount it writable or choose another folder");
    } else if (reason.contains("No space left") || reason.contains("quota exceeded")) {
      return new Meaning(Kind.UNAVAILABLE, "; free some space on that file system");
    } else if (Files.exists(root) && !Files.isDirectory(root)) {
      return new Meaning(Kind.NO_BUCKET, "; " + root + " must be a folder");
    } else if (e instanceof NoSuchFileException) {
      return new Meaning(Kind.NO_BUCKET, "; the folder was removed meanwhile");
    } else if (e instanceof FileAlreadyExistsException || reason.contains("Not a directory")) {
      return new Meaning(
          Kind.REJECTED, "; in a folder an object and the objects below it exclude each other");
    } else if (reason.contains("Is a directory") || reason.contains("not empty")) {
      return new Meaning(Kind.REJECTED, "; a folder has that name");
    } else if (reason.contains("File name too long")) {
      return new Meaning(Kind.REJECTED, "; use a shorter key");
    }
    return new Meaning(Kind.UNAVAILABLE, "");
  }

  private static String reason(IOException e) {
    @Nullable String reason =
        e instanceof FileSystemException at && at.getReason() != null
            ? at.getReason()
            : e.getMessage();
    return e.getClass().getSimpleName() + " " + String.valueOf(reason);
  }
}
