package io.estat.ingest.dlq;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.BatchSummary;
import io.estat.storage.ObjectContent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;

/** A store in memory that takes each key once, checks what it is given, and fails when told to. */
final class Bucket implements Destination {
  static final class Stored {
    final byte[] bytes;
    final BatchSummary summary;

    Stored(byte[] bytes, BatchSummary summary) {
      this.bytes = bytes;
      this.summary = summary;
    }

    List<String> lines() {
      try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
        return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
            .lines()
            .toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  final Map<String, Stored> objects = new LinkedHashMap<>();
  final Set<String> refused = new HashSet<>();

  /** Names for which alone the store seems to be unwell. */
  final Set<String> failingFor = new HashSet<>();

  /** Names at which whoever delivers breaks. */
  final Set<String> breakingAt = new HashSet<>();

  boolean failing;

  /** Whether the same key may only come with the same bytes again. */
  boolean strict = true;

  Runnable beforeEach = () -> {};
  int deliveries;
  final List<BatchName> asked = new ArrayList<>();

  /** What others brought here, as live batches do. */
  long storedByOthers;

  @Override
  public long storedSoFar() {
    return storedByOthers + objects.size();
  }

  @Override
  public Delivery deliver(
      Target target, BatchName name, ObjectContent content, BatchSummary summary) {
    deliveries++;
    asked.add(name);
    beforeEach.run();
    if (breakingAt.contains(name.text())) {
      throw new IllegalStateException("a bug of this test");
    }
    if (failing || failingFor.contains(name.text())) {
      return new Delivery.StoreFailed("503");
    }
    if (refused.contains(name.text())) {
      return new Delivery.Refused("400");
    }
    String key = name.key(target == Target.RAW ? "raw" : "raw_dlq");
    byte[] bytes;
    try (InputStream in = content.open()) {
      bytes = in.readAllBytes();
    } catch (IOException e) {
      return new Delivery.StoreFailed("the content could not be read: " + e);
    }
    CRC32 crc = new CRC32();
    crc.update(bytes);
    if (bytes.length != content.length() || (int) crc.getValue() != content.crc32()) {
      throw new AssertionError("the content is not what it says: " + key);
    }
    Stored before = objects.putIfAbsent(key, new Stored(bytes, summary));
    boolean wasWhole = before != null && before.summary.events() >= summary.events();
    if (before != null && !Arrays.equals(before.bytes, bytes) && (strict || !wasWhole)) {
      throw new AssertionError("other bytes under the same key: " + key);
    }
    return new Delivery.Stored(key);
  }

  Stored object(String key) {
    return Objects.requireNonNull(objects.get(key), key);
  }

  List<String> lines(String key) {
    return object(key).lines();
  }

  long linesIn(String prefix) {
    return objects.entrySet().stream()
        .filter(e -> e.getKey().startsWith(prefix + "/"))
        .mapToLong(e -> e.getValue().lines().size())
        .sum();
  }
}
