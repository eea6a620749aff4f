package io.estat.ingest.dlq;

import io.estat.ingest.batch.BatchName;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a name in the folder stands for:
 *
 * <pre>
 * NAME.jsonl.gz             DATA       complete; its meta was there before it
 * NAME.jsonl.gz.meta.json   META       what is known of it
 * NAME.jsonl.gz[...].tmp    TEMPORARY  being written, or left by a crash
 * anything else             none of ours: left alone
 * </pre>
 */
record DlqEntry(Kind kind, BatchName name) {
  enum Kind {
    DATA,
    META,
    TEMPORARY
  }

  static final String META_EXTENSION = BatchName.EXTENSION + ".meta.json";
  static final String TEMPORARY_EXTENSION = ".tmp";

  static Optional<DlqEntry> of(String fileName) {
    if (fileName.endsWith(TEMPORARY_EXTENSION)) {
      int end = fileName.indexOf(BatchName.EXTENSION);
      return end < 0 ? Optional.empty() : entry(Kind.TEMPORARY, fileName.substring(0, end));
    }
    if (fileName.endsWith(META_EXTENSION)) {
      return entry(Kind.META, without(META_EXTENSION, fileName));
    }
    if (fileName.endsWith(BatchName.EXTENSION)) {
      return entry(Kind.DATA, without(BatchName.EXTENSION, fileName));
    }
    return Optional.empty();
  }

  /** The batch if this is the name of a complete file, else null. */
  static @Nullable BatchName data(String fileName) {
    return of(fileName).filter(e -> e.kind == Kind.DATA).map(DlqEntry::name).orElse(null);
  }

  static String dataFile(BatchName name) {
    return name.text() + BatchName.EXTENSION;
  }

  static String metaFile(BatchName name) {
    return name.text() + META_EXTENSION;
  }

  static String salvageFile(BatchName name) {
    return name.text() + BatchName.EXTENSION + ".salvage" + TEMPORARY_EXTENSION;
  }

  private static Optional<DlqEntry> entry(Kind kind, String name) {
    return BatchName.parse(name).map(batch -> new DlqEntry(kind, batch));
  }

  private static String without(String extension, String fileName) {
    return fileName.substring(0, fileName.length() - extension.length());
  }
}
