package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.storage.ObjectInfo;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectStores;
import io.estat.storage.StoreSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/**
 * The numbered events that lie in a store, read as any reader of the bucket would: every object,
 * unpacked, line by line. Events are numbered by {@code id=<n>;} in their bodies.
 *
 * @param once every id that is there
 * @param more every id that is there a second time
 * @param lines of all objects
 * @param objects keys in the order of the store
 */
record Landed(BitSet once, BitSet more, long lines, List<String> objects) {
  private static final String BODY = "\"body\":\"id=";

  static Landed in(Path folder) throws IOException {
    return Files.isDirectory(folder)
        ? in(folder.toUri(), StoreSettings.DEFAULTS)
        : new Landed(new BitSet(), new BitSet(), 0, List.of());
  }

  static Landed in(URI url, StoreSettings settings) throws IOException {
    BitSet once = new BitSet();
    BitSet more = new BitSet();
    long[] lines = new long[1];
    List<String> objects =
        read(
            url,
            settings,
            line -> {
              lines[0]++;
              int id = id(line);
              if (once.get(id)) {
                more.set(id);
              }
              once.set(id);
            });
    return new Landed(once, more, lines[0], objects);
  }

  /** Every line of a folder's objects. */
  static List<String> linesIn(Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      read(folder.toUri(), StoreSettings.DEFAULTS, lines::add);
    }
    return lines;
  }

  private static List<String> read(URI url, StoreSettings settings, Consumer<String> each)
      throws IOException {
    List<String> keys = new ArrayList<>();
    try (ObjectStore store = ObjectStores.open(url, settings)) {
      List<ObjectInfo> page = store.list("", null);
      while (!page.isEmpty()) {
        for (ObjectInfo object : page) {
          keys.add(object.key());
          lines(store, object.key(), each);
        }
        page = store.list("", keys.getLast());
      }
    }
    return keys;
  }

  private static void lines(ObjectStore store, String key, Consumer<String> each)
      throws IOException {
    try (var unpacked = new GZIPInputStream(store.open(key), 64 * 1024);
        var reader = new BufferedReader(new InputStreamReader(unpacked, StandardCharsets.UTF_8))) {
      String line;
      while ((line = reader.readLine()) != null) {
        each.accept(line);
      }
    }
  }

  private static int id(String line) {
    int start = line.indexOf(BODY) + BODY.length();
    int end = line.indexOf(';', start);
    assertThat(start >= BODY.length() && end > start).as("an id in " + line).isTrue();
    return Integer.parseInt(line, start, end, 10);
  }

  int count() {
    return once.cardinality();
  }

  /** How many of the ids are not there. */
  int missing(BitSet ids) {
    BitSet missing = (BitSet) ids.clone();
    missing.andNot(once);
    return missing.cardinality();
  }

  /** Every accepted event is here, no event twice, and none that was refused. */
  void assertExactly(BitSet accepted) {
    assertThat(missing(accepted)).as("accepted and lost").isZero();
    assertThat(more.cardinality()).as("doubled").isZero();
    assertThat(count()).as("landed without having been accepted").isEqualTo(accepted.cardinality());
  }
}
