package io.estat.app;

import io.estat.storage.ObjectInfo;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectStores;
import io.estat.storage.StoreException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.zip.GZIPInputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code estat cat}: prints the lines of what has landed, in the order of the objects' names. */
@Command(
    name = "cat",
    description =
        "Unpack and print what has landed in a folder, a file, or under s3://bucket/prefix.",
    footer = {"", "S3_ENDPOINT and AWS_REGION mean the same as for the server."})
final class CatCommand implements Callable<Integer> {
  @Parameters(paramLabel = "URL-OR-FOLDER")
  private String place = "";

  @Option(names = "--limit", paramLabel = "N", description = "Stop after N lines.")
  private long limit = Long.MAX_VALUE;

  private long printed;

  @Override
  public Integer call() throws IOException {
    print(new PrintStream(System.out, false, StandardCharsets.UTF_8));
    return 0;
  }

  private void print(PrintStream out) throws IOException {
    boolean url = place.matches("[a-z0-9]+:.*");
    Path path = url ? Path.of("") : Path.of(place);
    if (!url && Files.isRegularFile(path)) {
      try (InputStream in = Files.newInputStream(path)) {
        lines(in, place, out);
      }
    } else {
      URI uri = url ? URI.create(place) : path.toAbsolutePath().toUri();
      if (!url && !Files.isDirectory(path)) {
        throw new IOException(place + ": no such file or folder");
      }
      objects(uri, out);
    }
    out.flush();
  }

  private void objects(URI uri, PrintStream out) throws IOException {
    boolean file = "file".equals(uri.getScheme());
    URI root = file ? uri : URI.create(uri.getScheme() + "://" + uri.getRawAuthority());
    String prefix = file ? "" : uri.getPath().replaceFirst("^/", "");
    try (ObjectStore store = ObjectStores.open(root, StoreEnvironment.settings(System.getenv()))) {
      String after = null;
      List<ObjectInfo> page = store.list(prefix, after);
      while (!page.isEmpty() && printed < limit && !out.checkError()) {
        for (ObjectInfo object : page) {
          object(store, object.key(), out);
          after = object.key();
        }
        page = store.list(prefix, after);
      }
    }
  }

  private void object(ObjectStore store, String key, PrintStream out) throws IOException {
    if (printed >= limit || !(key.endsWith(".jsonl.gz") || key.endsWith(".jsonl"))) {
      return;
    }
    try (InputStream in = store.open(key)) {
      lines(in, key, out);
    } catch (StoreException e) {
      if (e.kind() != StoreException.Kind.NO_OBJECT) { // gone since it was listed
        throw e;
      }
    }
  }

  private void lines(InputStream in, String name, PrintStream out) throws IOException {
    InputStream unpacked = name.endsWith(".gz") ? new GZIPInputStream(in) : in;
    var reader = new BufferedReader(new InputStreamReader(unpacked, StandardCharsets.UTF_8));
    String line;
    while (printed < limit && (line = reader.readLine()) != null) {
      out.print(line);
      out.print('\n');
      printed++;
    }
  }
}
