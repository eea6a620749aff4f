package io.estat.storage;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The hidden files of uploads, which crashed processes leave behind: {@code .upload-<16 hex>-<start
 * of the object's file name>} in the object's folder.
 */
final class FolderOrphans {
  private static final String START = ".upload-";
  private static final int RANDOM_DIGITS = 16;

  /** File systems take names of 255 bytes. */
  private static final int NAME_CHARS = 200;

  private final FolderFiles files;
  private final String prefix;

  FolderOrphans(FolderFiles files, String prefix) {
    this.files = files;
    this.prefix = prefix;
  }

  /** A new name beside the object's. */
  static Path temporary(Path object) {
    String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    return object.resolveSibling(START + random + "-" + start(object.getFileName().toString()));
  }

  private static String start(String name) {
    return name.length() <= NAME_CHARS ? name : name.substring(0, NAME_CHARS);
  }

  /** Removes those whose objects' keys start with the prefix; returns how many there were. */
  int remove(Path root) throws IOException {
    int slash = prefix.lastIndexOf('/');
    Path folder = root;
    if (slash >= 0) {
      for (String segment : prefix.substring(0, slash).split("/", -1)) {
        folder = folder.resolve(FolderNames.fileName(segment));
      }
    }
    return remove(folder, start(FolderNames.fileName(prefix.substring(slash + 1))));
  }

  /**
   * @param nameStart of the names of objects and folders that are meant
   */
  private int remove(Path folder, String nameStart) throws IOException {
    int removed = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (name.startsWith(START)) {
          boolean meant = name.startsWith(nameStart, START.length() + RANDOM_DIGITS + 1);
          removed += meant && removeOne(entry) ? 1 : 0;
        } else if (name.startsWith(nameStart)
            && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          removed += remove(entry, "");
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (NoSuchFileException gone) {
      // Nothing was uploaded there, or another cleaner was faster.
    }
    return removed;
  }

  /** Metadata first, as long as the file keeps its inode; not if it is an object's by now. */
  private boolean removeOne(Path temporary) throws IOException {
    try {
      boolean linked = (Integer) Files.getAttribute(temporary, "unix:nlink") > 1;
      if (!linked) {
        files.delete(FolderMetadata.file(temporary, files.inode(temporary)));
      }
      files.delete(temporary);
      return true;
    } catch (NoSuchFileException gone) {
      return false;
    }
  }
}
