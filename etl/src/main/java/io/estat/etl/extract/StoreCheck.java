package io.estat.etl.extract;

import io.estat.storage.ObjectUpload;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.StoreException;
import io.estat.storage.UploadBudget;
import io.estat.storage.UploadRetry;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/** The store's side of a preflight: begins an upload that it aborts. Nothing becomes visible. */
final class StoreCheck {
  private static final String STORE = "store";
  private static final String OBJECTS = "objects";

  /** More than the first piece of any upload, so that the store is really asked. */
  private static final byte[] TRIAL = new byte[6 << 20];

  private final Extractor extractor;
  private final String prefix;
  private final Duration timeout;
  private final Findings findings;

  /**
   * @param prefix what every key of the run starts with, or empty
   * @param timeout of one call
   */
  StoreCheck(Extractor extractor, String prefix, Duration timeout, Findings findings) {
    this.extractor = extractor;
    this.prefix = prefix;
    this.timeout = timeout;
    this.findings = findings;
  }

  void tryUpload() throws InterruptedException {
    var request =
        new ObjectUploadRequest(
            prefix + "_preflight/" + UUID.randomUUID(),
            TableOutput.CONTENT_TYPE,
            Map.of(),
            extractor.options().partBytes(),
            // Of its own: jobs need all of theirs.
            new UploadBudget(2L * TRIAL.length),
            timeout,
            UploadRetry.NEVER);
    try (ObjectUpload upload = extractor.store().upload(request)) {
      upload.append(TRIAL, 0, TRIAL.length);
      upload.finishParts();
      upload.abort();
      findings.ok(STORE, "%s takes and forgets an upload".formatted(extractor.store().url()));
    } catch (StoreException e) {
      findings.fail(STORE, e.getMessage(), fix(e));
    }
  }

  /** Whether the names are free: a job never writes over an object. */
  void lookForObjects(Collection<String> names) {
    try {
      for (String name : names) {
        if (extractor.store().head(prefix + name, timeout).isPresent()) {
          findings.fail(
              OBJECTS,
              "%s/%s is there already and is not written over"
                  .formatted(extractor.store().url(), prefix + name),
              "choose another destination, or remove what an earlier run has left there");
          return;
        }
      }
      findings.ok(OBJECTS, "none of the %d names is taken".formatted(names.size()));
    } catch (StoreException e) {
      findings.warn(
          OBJECTS,
          "whether the names are free cannot be seen: " + e.getMessage(),
          "grant the right to read and list objects, or choose an empty destination");
    }
  }

  private static String fix(StoreException e) {
    return switch (e.kind()) {
      case DENIED ->
          "grant the right to create objects and to abort uploads, or correct the credentials";
      case NO_BUCKET -> "create the bucket, or correct store.url";
      default -> "check store.url and that the store can be reached from here";
    };
  }
}
