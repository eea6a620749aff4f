package io.estat.etl.extract;

import io.estat.storage.ByteContent;
import io.estat.storage.ObjectInfo;
import io.estat.storage.ObjectPut;
import io.estat.storage.PutOutcome;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The small JSON objects that say what a job has landed. Thread-safe. */
final class JobFiles {
  /** Metadata of every object of a job: whose it is. */
  static final String JOB = "estat-job";

  static final String JSON = "application/json";

  /** Far more than an object has that is ever replaced. */
  private static final int MAX_BYTES = 1 << 16;

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

  /**
   * Puts an object that nobody else may have written; one that another process of the job has
   * written is as good.
   *
   * @throws ExtractException if it was given up, and is not there as far as can be seen
   */
  void create(String key, byte[] content)
      throws ExtractException, ClaimLostException, InterruptedException {
    try {
      retries.store(
          null,
          () -> {
            watch.requireClaim();
            createOnce(key, content);
            return PutOutcome.STORED;
          });
    } catch (ExtractException e) {
      // A put whose answer was lost may have had its effect.
      if (!isOurs(key)) {
        throw e;
      }
    }
  }

  private boolean isOurs(String key) {
    try {
      return find(key).filter(this::isOurs).isPresent();
    } catch (StoreException e) {
      return false;
    }
  }

  private boolean isOurs(ObjectInfo found) {
    return order.job().value().equals(found.metadata().get(JOB));
  }

  private Optional<ObjectInfo> find(String key) throws StoreException {
    return extractor.store().head(key, extractor.options().callTimeout());
  }

  /**
   * Puts an object over what is there, if it may be replaced. Without the right to read it is.
   *
   * @return whether it was put
   */
  boolean replace(String key, Predicate<byte[]> replaceable, byte[] content)
      throws ExtractException, ClaimLostException, InterruptedException {
    return retries.store(
        null,
        () -> {
          Optional<byte[]> there = read(key);
          watch.requireClaim();
          if (there.isPresent() && !replaceable.test(there.get())) {
            return false;
          }
          extractor.store().put(put(key, content, false));
          return true;
        });
  }

  private Optional<byte[]> read(String key) throws StoreException {
    try (InputStream in = extractor.store().open(key)) {
      return Optional.of(in.readNBytes(MAX_BYTES));
    } catch (StoreException e) {
      if (e.kind() == Kind.NO_OBJECT || e.kind() == Kind.DENIED) {
        return Optional.empty();
      }
      throw e;
    } catch (IOException e) {
      throw new StoreException(
          Kind.UNAVAILABLE, "%s cannot be read: %s".formatted(key, e.getMessage()), e);
    }
  }

  /** The key of an object of this job. */
  String key(String name) {
    return order.prefix() + name;
  }

  private void createOnce(String key, byte[] content) throws StoreException {
    if (extractor.store().put(put(key, content, true)) == PutOutcome.STORED) {
      return;
    }
    if (find(key).filter(this::isOurs).isEmpty()) {
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
