package io.estat.ingest.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process that opens a file until it may not any more, and says what it was told then. */
public final class FileHoarder {
  private FileHoarder() {}

  public static void main(String[] args) {
    List<InputStream> open = new ArrayList<>();
    var disk = new FileDisk();
    try {
      while (true) {
        open.add(disk.open(Path.of(args[0])));
      }
    } catch (TooManyFilesException e) {
      System.out.println("too many behind " + open.size());
    } catch (IOException e) {
      System.out.println(e);
    }
  }
}
