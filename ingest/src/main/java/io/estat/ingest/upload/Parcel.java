package io.estat.ingest.upload;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.BatchSummary;
import io.estat.ingest.dlq.Destination.Target;
import io.estat.storage.ObjectContent;
import io.estat.storage.ObjectInfo;
import java.util.Map;

/** What is sent, and how its object is found again. */
record Parcel(
    Target target,
    BatchName name,
    String extension,
    String contentType,
    ObjectContent content,
    BatchSummary summary) {
  private static final String BATCH_ID = "batch-id";
  private static final String RAW_CRC32 = "raw-crc32";

  static Parcel gzip(Target target, BatchName name, ObjectContent gzip, BatchSummary summary) {
    return new Parcel(target, name, BatchName.EXTENSION, "application/gzip", gzip, summary);
  }

  /** Lines that are not compressed: never among the good ones. */
  static Parcel lines(BatchName name, ObjectContent lines, BatchSummary summary) {
    return new Parcel(Target.QUARANTINE, name, ".jsonl", "application/x-ndjson", lines, summary);
  }

  /** The same for the next name, after this one turned out to be somebody else's. */
  Parcel afterCollision() {
    return new Parcel(target, name.afterCollision(), extension, contentType, content, summary);
  }

  String key(UploadConfig config) {
    return name.key(
        target == Target.RAW ? config.rawPrefix() : config.quarantinePrefix(), extension);
  }

  Map<String, String> metadata() {
    return Map.of(
        BATCH_ID,
        name.text(),
        "events",
        Long.toString(summary.events()),
        "raw-bytes",
        Long.toString(summary.rawBytes()),
        RAW_CRC32,
        crc32(),
        "first-ts",
        Long.toString(summary.firstTs()),
        "last-ts",
        Long.toString(summary.lastTs()));
  }

  private String crc32() {
    return String.format("%08x", summary.rawCrc32());
  }

  /** A minted name is nobody else's; a name that is only a time needs the content, too. */
  boolean isIn(ObjectInfo there) {
    return name.text().equals(there.metadata().get(BATCH_ID))
        && (name.isUnique() || crc32().equals(there.metadata().get(RAW_CRC32)));
  }
}
