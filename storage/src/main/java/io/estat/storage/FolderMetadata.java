package io.estat.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Content type and metadata of one object, in the hidden file {@code .<inode>.meta} beside it: one
 * {@code name: value} a line.
 *
 * <p>The file bears the number of the inode that holds the object's bytes, so it belongs to these
 * bytes and not to whatever has the key at the moment: two writers of one key never meet in it, and
 * what a crashed writer left is in nobody's way. Object name and length are repeated inside, so
 * that a file which got the number of a deleted one does not inherit its metadata. A copy of the
 * folder has other inodes and therefore no metadata.
 */
record FolderMetadata(String contentType, Map<String, String> metadata) {
  static final FolderMetadata NONE = new FolderMetadata("application/octet-stream", Map.of());

  private static final String OBJECT = "object: ";
  private static final String BYTES = "bytes: ";
  private static final String CONTENT_TYPE = "content-type: ";
  private static final String META = "meta-";

  static Path file(Path object, long inode) {
    return object.resolveSibling("." + inode + ".meta");
  }

  byte[] encode(Path object, long bytes) {
    var text = new StringBuilder();
    text.append(OBJECT).append(object.getFileName()).append('\n');
    text.append(BYTES).append(bytes).append('\n');
    text.append(CONTENT_TYPE).append(contentType).append('\n');
    new TreeMap<>(metadata)
        .forEach(
            (name, value) ->
                text.append(META).append(name).append(": ").append(value).append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** What was written for these bytes, or {@link #NONE} if nothing was. */
  static FolderMetadata read(Path object, long inode, long bytes) throws IOException {
    String text;
    try {
      text = Files.readString(file(object, inode));
    } catch (NoSuchFileException e) {
      return NONE;
    }
    if (!text.startsWith(OBJECT + object.getFileName() + "\n" + BYTES + bytes + "\n")) {
      return NONE;
    }
    String contentType = NONE.contentType();
    var metadata = new HashMap<String, String>();
    for (String line : text.lines().toList()) {
      if (line.startsWith(CONTENT_TYPE)) {
        contentType = line.substring(CONTENT_TYPE.length());
      } else if (line.startsWith(META)) {
        int colon = line.indexOf(": ");
        metadata.put(line.substring(META.length(), colon), line.substring(colon + 2));
      }
    }
    return new FolderMetadata(contentType, metadata);
  }
}
