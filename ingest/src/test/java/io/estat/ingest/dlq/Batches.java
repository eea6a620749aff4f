package io.estat.ingest.dlq;

import io.estat.ingest.batch.BatchSummary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;

/** Event lines and their gzip files. */
final class Batches {
  private Batches() {}

  static String lines(String label, long events) {
    StringBuilder text = new StringBuilder();
    for (long i = 0; i < events; i++) {
      text.append("{\"ts\":").append(1_700_000_000 + i).append(",\"body\":\"");
      text.append(label).append('-').append(i).append("\"}\n");
    }
    return text.toString();
  }

  static byte[] gzip(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static DeadLetterQueue.Body body(String label, long events) {
    return out -> {
      String text = lines(label, events);
      byte[] file = gzip(text);
      // In pieces, so that a crash or a full disk can come in between.
      out.write(file, 0, file.length / 2);
      out.write(file, file.length / 2, file.length - file.length / 2);
      byte[] raw = text.getBytes(StandardCharsets.UTF_8);
      CRC32 crc = new CRC32();
      crc.update(raw);
      return new BatchSummary(
          events, raw.length, (int) crc.getValue(), 1_700_000_000, 1_700_000_000 + events - 1);
    };
  }
}
