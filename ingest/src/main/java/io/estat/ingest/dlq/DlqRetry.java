package io.estat.ingest.dlq;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.BatchSummary;
import io.estat.ingest.disk.DiskFile;
import io.estat.ingest.dlq.Destination.Delivery;
import io.estat.ingest.dlq.Destination.Target;
import io.estat.ingest.metrics.RateLimitedLog;
import io.estat.jsonl.GzipEncoder;
import io.estat.jsonl.GzipEngine;
import io.estat.jsonl.GzipSummary;
import io.estat.storage.ObjectContent;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one file into the bucket. A whole file goes as it is. A corrupt one goes into the
 * quarantine as it is, then its readable lines under the batch's own name; the local file leaves
 * last, so that a crash anywhere in between only makes all of it happen again, with the same bytes.
 *
 * <p>The thread of the retries only; memory does not grow with the file.
 */
final class DlqRetry {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterQueue.class);
  private static final int SALVAGE_GZIP_LEVEL = 6;

  private final DlqFiles files;
  private final DlqStock stock;
  private final DlqBooks books;
  private final Destination destination;
  private final RateLimitedLog failures;
  private long storedSoFar;

  DlqRetry(
      DlqFiles files,
      DlqStock stock,
      DlqBooks books,
      Destination destination,
      RateLimitedLog failures) {
    this.files = files;
    this.stock = stock;
    this.books = books;
    this.destination = destination;
    this.failures = failures;
  }

  /** Whether the store took anything since this was last asked. */
  boolean storeTookMore() {
    long before = storedSoFar;
    storedSoFar = destination.storedSoFar();
    return storedSoFar > before;
  }

  RetryOutcome retry(BatchName name) {
    try {
      FileCheck check;
      try (InputStream in = files.open(name)) {
        check = FileCheck.of(in, OutputStream.nullOutputStream());
      }
      Opened file = opened(name, check);
      return check.intact() ? reupload(file) : salvage(file);
    } catch (IOException | RuntimeException e) { // whatever it is, the other files come next
      failures.warn("DLQ file", "DLQ file " + DlqEntry.dataFile(name) + " cannot be retried: " + e);
      return RetryOutcome.FILE_FAILED;
    }
  }

  /** A file that was read, and the events it stands for in the books. */
  private record Opened(BatchName name, FileCheck check, Optional<DlqMeta> meta, long events) {
    BatchSummary summary(long events, long rawBytes, int rawCrc32) {
      long first = firstTs();
      return new BatchSummary(events, rawBytes, rawCrc32, first, Math.max(first, lastTs()));
    }

    private long firstTs() {
      return meta.isPresent() && meta.get().firstTs().isPresent()
          ? meta.get().firstTs().getAsLong()
          : check.firstTs() >= 0 ? check.firstTs() : name.unixSeconds();
    }

    private long lastTs() {
      return meta.isPresent() && meta.get().lastTs().isPresent()
          ? meta.get().lastTs().getAsLong()
          : check.lastTs();
    }
  }

  /**
   * An intact file of an earlier life stands for the lines in it, whatever its meta says. One of
   * this life stands for what it was saved with: if that differs from what is in it the books must
   * show it.
   */
  private Opened opened(BatchName name, FileCheck check) {
    Optional<DlqMeta> meta = files.readMeta(name);
    long saved = meta.map(DlqMeta::events).orElse(check.lines());
    long events =
        books.isOfThisLife(name)
            ? saved
            : check.intact() ? check.readable() : Math.max(saved, check.readable());
    return new Opened(name, check, meta, books.open(name, events));
  }

  private RetryOutcome reupload(Opened file) throws IOException {
    FileCheck check = file.check();
    BatchSummary summary = file.summary(check.readable(), check.rawBytes(), check.rawCrc32());
    Delivery raw = destination.deliver(Target.RAW, file.name(), whole(file), summary);
    if (!(raw instanceof Delivery.Stored stored)) {
      return notStored(file, raw);
    }
    stock.uploaded(file.name(), file.meta(), file.events(), check.readable(), 0);
    LOG.info("DLQ → RAW success: {} events={}", stored.key(), check.readable());
    return RetryOutcome.REUPLOADED;
  }

  private RetryOutcome salvage(Opened file) throws IOException {
    FileCheck check = file.check();
    BatchSummary summary = file.summary(file.events(), check.rawBytes(), check.rawCrc32());
    Delivery quarantine = destination.deliver(Target.QUARANTINE, file.name(), whole(file), summary);
    if (!(quarantine instanceof Delivery.Stored quarantined)) {
      return notStored(file, quarantine);
    }
    if (check.readable() > 0) {
      Delivery raw = deliverReadable(file);
      if (!(raw instanceof Delivery.Stored stored)) {
        return notStored(file, raw);
      }
      LOG.info("DLQ → RAW success: {} events={}", stored.key(), check.readable());
    }
    // More readable lines than the file stands for would be somebody's edit: counted as it stands.
    long salvaged = Math.min(check.readable(), file.events());
    stock.uploaded(file.name(), file.meta(), file.events(), salvaged, file.events() - salvaged);
    failures.warn(
        "DLQ corrupt",
        "DLQ file "
            + DlqEntry.dataFile(file.name())
            + " is corrupt ("
            + check.problem()
            + "): kept as "
            + quarantined.key()
            + ", "
            + salvaged
            + " of its "
            + file.events()
            + " events saved");
    return RetryOutcome.QUARANTINED;
  }

  /**
   * Reads the file once more and packs what is readable into a temporary file. JDK zlib: the same
   * lines give the same bytes on every machine.
   */
  private Delivery deliverReadable(Opened file) throws IOException {
    BatchName name = file.name();
    try {
      GzipSummary gzip;
      try (InputStream in = files.open(name);
          DiskFile salvage = files.createSalvage(name);
          GzipEncoder encoder = GzipEngine.zlib().encoder(SALVAGE_GZIP_LEVEL);
          OutputStream lines = new BufferedOutputStream(new IntoGzip(encoder), 64 * 1024)) {
        encoder.begin(salvage::write);
        FileCheck.of(in, lines);
        lines.flush();
        gzip = encoder.finish();
      }
      ObjectContent content =
          new FileContent(gzip.gzipBytes(), gzip.gzipCrc32(), () -> files.openSalvage(name));
      BatchSummary summary =
          file.summary(file.check().readable(), gzip.rawBytes(), gzip.rawCrc32());
      return destination.deliver(Target.RAW, name, content, summary);
    } finally {
      files.delete(DlqEntry.salvageFile(name));
    }
  }

  private ObjectContent whole(Opened file) {
    return new FileContent(
        file.check().gzipBytes(), file.check().gzipCrc32(), () -> files.open(file.name()));
  }

  private RetryOutcome notStored(Opened file, Delivery delivery) {
    if (delivery instanceof Delivery.Refused refused) {
      failures.warn(
          "DLQ refused",
          "the store refuses DLQ file "
              + DlqEntry.dataFile(file.name())
              + ", the others go first: "
              + refused.reason());
      return RetryOutcome.FILE_FAILED;
    }
    return RetryOutcome.STORE_FAILED;
  }

  private interface Opening {
    InputStream open() throws IOException;
  }

  private record FileContent(long length, int crc32, Opening opening) implements ObjectContent {
    @Override
    public InputStream open() throws IOException {
      return opening.open();
    }
  }

  private static final class IntoGzip extends OutputStream {
    private final GzipEncoder encoder;

    IntoGzip(GzipEncoder encoder) {
      this.encoder = encoder;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      encoder.write(bytes, offset, length);
    }

    @Override
    public void write(int oneByte) throws IOException {
      encoder.write(new byte[] {(byte) oneByte}, 0, 1);
    }
  }
}
