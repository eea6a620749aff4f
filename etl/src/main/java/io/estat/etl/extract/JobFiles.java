package io.estat.etl.extract;

import io.estat.storage.ByteContent;
import io.estat.storage.ObjectInfo;
import io.estat.storage.ObjectPut;
import io.estat.storage.ObjectStore;
import io.estat.storage.PutOutcome;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import java.util.Map;

/** The small JSON objects that say what a job has landed. Thread-safe. */
final class JobFiles {
  /** By which a run knows its own object again when the answer to the put was lost. */
  private static final String JOB = "estat-job";

  static final String JSON = "application/json";

  private final Extractor extractor;
  private final JobOrder order;
  private final JobWatch watch;
  private final Retries retries;

  JobFiles(Extractor extractor, JobOrder order, JobWatch watch, Retries retries) {
    this.extractor = extractor;
    this.order = order;
    this.watch = watch;
    this.retries = retries;
  }

  /** Puts an object that nobody else may have written. */
  void create(String key, byte[] content)
      throws ExtractException, ClaimLostException, InterruptedException {
    retries.store(
        null,
        () -> {
          watch.requireClaim();
          createOnce(key, content);
          return PutOutcome.STORED;
        });
  }

  /** Puts an object over what is there. */
  void replace(String key, byte[] content)
      throws ExtractException, ClaimLostException, InterruptedException {
    retries.store(
        null,
        () -> {
          watch.requireClaim();
          return extractor.store().put(put(key, content, false));
        });
  }

  /** The key of an object of this job. */
  String key(String name) {
    return order.prefix() + name;
  }

  private void createOnce(String key, byte[] content) throws StoreException {
    ObjectStore store = extractor.store();
    if (store.put(put(key, content, true)) == PutOutcome.STORED) {
      return;
    }
    ObjectInfo found = store.head(key, extractor.options().callTimeout()).orElse(null);
    if (found == null || !order.job().value().equals(found.metadata().get(JOB))) {
      throw new StoreException(
          Kind.REJECTED,
          "an object " + key + " of another job is there already and was left as it is",
          null);
    }
  }

  private ObjectPut put(String key, byte[] content, boolean onlyIfAbsent) {
    return new ObjectPut(
        key,
        new ByteContent(content),
        JSON,
        Map.of(JOB, order.job().value()),
        onlyIfAbsent,
        extractor.options().callTimeout());
  }
}
