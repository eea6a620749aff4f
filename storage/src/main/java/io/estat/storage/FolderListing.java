package io.estat.storage;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One page of a listing. Enters only the folders that can hold a key of the page, in order, and
 * holds the names of one folder a level; what disappears meanwhile is left out.
 */
final class FolderListing {
  private static final int PAGE = 1000;

  private final String prefix;
  private final @Nullable String startAfter;
  private final List<ObjectInfo> page = new ArrayList<>();

  FolderListing(String prefix, @Nullable String startAfter) {
    this.prefix = prefix;
    this.startAfter = startAfter;
  }

  List<ObjectInfo> page(Path root) throws IOException {
    walk(root, "");
    return List.copyOf(page);
  }

  private void walk(Path folder, String folderKey) throws IOException {
    for (Map.Entry<String, Path> entry : entries(folder, folderKey).entrySet()) {
      if (page.size() == PAGE) {
        return;
      }
      try {
        enter(entry.getKey(), entry.getValue());
      } catch (NoSuchFileException gone) {
        // It went away since its folder was read: no more there than if it had gone before.
      }
    }
  }

  private void enter(String key, Path file) throws IOException {
    if (key.endsWith("/")) {
      walk(file, key);
    } else {
      page.add(new ObjectInfo(key, Files.size(file), "", Map.of()));
    }
  }

  /** A folder's key ends with a slash, so it stands where the keys below it do. */
  private SortedMap<String, Path> entries(Path folder, String folderKey) throws IOException {
    var entries = new TreeMap<String, Path>(ObjectKeys.ORDER);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String segment = FolderNames.segment(file.getFileName().toString()).orElse(null);
        if (segment == null) {
          continue;
        }
        BasicFileAttributes attributes;
        try {
          attributes = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
          continue;
        }
        String key = folderKey + segment;
        if (attributes.isRegularFile() && key.startsWith(prefix) && isAfter(key)) {
          entries.put(key, file);
        } else if (attributes.isDirectory() && mayHold(key + "/")) {
          entries.put(key + "/", file);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return entries;
  }

  private boolean isAfter(String key) {
    return startAfter == null || ObjectKeys.ORDER.compare(key, startAfter) > 0;
  }

  private boolean mayHold(String folderKey) {
    boolean inPrefix = folderKey.startsWith(prefix) || prefix.startsWith(folderKey);
    return inPrefix
        && (isAfter(folderKey) || (startAfter != null && startAfter.startsWith(folderKey)));
  }
}
