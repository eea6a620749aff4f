package io.estat.ingest.config;

import static io.estat.ingest.config.Setting.*;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a 200 stands for, and whether everything else is so that it can. */
final class AckReader {
  private final Values values;

  AckReader(Values values) {
    this.values = values;
  }

  /** Null with {@code ACK=memory}. */
  @Nullable Path journalFolder() {
    boolean disk =
        values.oneOf(
            ACK,
            value ->
                switch (value) {
                  case "memory" -> false;
                  case "disk" -> true;
                  default -> null;
                },
            false);
    if (!disk) {
      return null;
    }
    nothingIsRemoved();
    Path folder = folder(JOURNAL_DIR);
    Path dlq = folder(DLQ_DIR);
    if (folder != null && dlq != null && absolute(folder).equals(absolute(dlq))) {
      values.problem("JOURNAL_DIR and DLQ_DIR are both " + folder + "; each needs its own folder");
    }
    return folder;
  }

  private void nothingIsRemoved() {
    if (values.isSet(DLQ_OVERFLOW)
        && values.text(DLQ_OVERFLOW).toLowerCase(Locale.ROOT).equals("evict")) {
      values.problem(
          "DLQ_OVERFLOW=evict: with ACK=disk no acknowledged event is removed; allowed is"
              + " backpressure, which is in force without it");
    }
    if (values.isSet(DLQ_MAX_AGE)) {
      values.problem(
          "DLQ_MAX_AGE="
              + values.text(DLQ_MAX_AGE)
              + ": with ACK=disk no acknowledged event is removed by age; leave it out");
    }
  }

  private @Nullable Path folder(Setting setting) {
    if (values.text(setting).isEmpty()) {
      values.problem(setting + " is missing: ACK=disk needs " + setting.allowed());
      return null;
    }
    try {
      Path folder = Path.of(values.text(setting));
      if (isMemory(folder)) {
        values.problem(
            setting
                + "="
                + folder
                + ": this is memory (tmpfs), and what ACK=disk acknowledges must be on a disk");
      }
      return folder;
    } catch (InvalidPathException | IOException e) {
      values.problem(setting, values.text(setting), setting.allowed() + "; this one: " + e);
      return null;
    }
  }

  /** The folder is made at the start: until then it is its first parent that tells. */
  private static boolean isMemory(Path folder) throws IOException {
    Path existing = absolute(folder);
    while (existing.getParent() != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    String type = Files.getFileStore(existing).type();
    return type.equals("tmpfs") || type.equals("ramfs");
  }

  private static Path absolute(Path folder) {
    return folder.toAbsolutePath().normalize();
  }
}
