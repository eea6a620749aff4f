package io.estat.ingest;

import io.estat.storage.StoreException;
import io.estat.testkit.MemoryStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** What has become of events: the lines in a bucket and in a DLQ folder. */
public final class Landed {
  private Landed() {}

  /** Lines of all our objects under a prefix, duplicates included. */
  public static List<String> lines(MemoryStore bucket, String prefix) {
    List<String> lines = new ArrayList<>();
    for (String key : bucket.keys()) {
      if (key.startsWith(prefix + "/") && isOurs(bucket, key)) {
        lines.addAll(unpacked(bytes(bucket, key)));
      }
    }
    return lines;
  }

  private static boolean isOurs(MemoryStore bucket, String key) {
    return bucket
        .head(key, Duration.ofSeconds(1))
        .filter(info -> info.metadata().containsKey("batch-id"))
        .isPresent();
  }

  private static byte[] bytes(MemoryStore bucket, String key) {
    try {
      return bucket.bytes(key);
    } catch (StoreException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names of the complete files in a DLQ folder. */
  public static List<String> files(Path dlqFolder) {
    try (Stream<Path> files = Files.list(dlqFolder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".jsonl.gz"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lines of all complete files in a DLQ folder. */
  public static List<String> lines(Path dlqFolder) {
    List<String> lines = new ArrayList<>();
    for (String name : files(dlqFolder)) {
      try {
        lines.addAll(unpacked(Files.readAllBytes(dlqFolder.resolve(name))));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return lines;
  }

  public static List<String> unpacked(byte[] gzip) {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static List<String> bodies(List<String> lines) {
    return lines.stream().map(Landed::body).toList();
  }

  private static String body(String line) {
    String field = "\"body\":\"";
    int start = line.indexOf(field) + field.length();
    return line.substring(start, line.indexOf('"', start));
  }
}
