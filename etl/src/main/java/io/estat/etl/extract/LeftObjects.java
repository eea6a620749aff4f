package io.estat.etl.extract;

import io.estat.etl.domain.JobId;
import io.estat.etl.domain.LandedObject;
import io.estat.storage.ObjectInfo;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process of a job had in the store when it died: uploads that are open, and objects that it
 * had made visible before the job store had their table's completion. An object is taken for one
 * only if it says in its metadata that it is the job's and an upload's, and no completed table
 * names it: so neither a manifest nor anybody else's object ever is.
 *
 * <p>What may not be listed, read or removed stays: the log says so, and the caller learns it.
 */
public final class LeftObjects {
  private static final Logger LOG = LoggerFactory.getLogger(LeftObjects.class);

  private final ObjectStore store;
  private final String prefix;
  private final JobId job;
  private final Duration timeout;

  /**
   * @param prefix of all keys of the job, and of no other's
   * @param timeout of one call
   */
  public LeftObjects(ObjectStore store, String prefix, JobId job, Duration timeout) {
    this.store = store;
    this.prefix = prefix;
    this.job = job;
    this.timeout = timeout;
  }

  /**
   * What was removed.
   *
   * @param all whether that is all there was, as far as can be known
   */
  public record Removed(int uploads, int objects, boolean all) {}

  /** Whether the job's keys are still to be touched. */
  @FunctionalInterface
  public interface Permission<X extends Exception> {
    void require() throws X;
  }

  /** One look, or one removal. */
  private interface Step<T> {
    T run() throws StoreException;
  }

  /**
   * Ends the uploads, finds the objects and removes them then: what gets one of the names in
   * between stays.
   *
   * @param completed the objects of each completed table, its first one first
   * @param permission asked before the uploads are ended, and again when the objects are found
   */
  public <X extends Exception> Removed remove(
      Collection<List<LandedObject>> completed, Permission<X> permission) throws StoreException, X {
    permission.require();
    Optional<Integer> uploads =
        unlessDenied("end uploads under " + prefix, () -> store.abortUploads(prefix));
    Optional<List<ObjectInfo>> found =
        unlessDenied("find objects under " + prefix, () -> find(named(completed)));
    // Only now: none of them can be of a process that has had the job since.
    permission.require();
    boolean all = uploads.isPresent() && found.isPresent();
    int removed = 0;
    for (ObjectInfo object : found.orElse(List.of())) {
      if (unlessDenied("remove " + object.key(), () -> withdrawn(object)).isPresent()) {
        removed++;
      } else {
        all = false;
      }
    }
    return new Removed(uploads.orElse(0), removed, all);
  }

  private <T> Optional<T> unlessDenied(String doing, Step<T> step) throws StoreException {
    try {
      return Optional.of(step.run());
    } catch (StoreException e) {
      if (e.kind() != Kind.DENIED) {
        throw e;
      }
      LOG.warn("what job {} may have left stays: no right to {}: {}", job, doing, e.getMessage());
      return Optional.empty();
    }
  }

  private List<ObjectInfo> find(Set<String> named) throws StoreException {
    var found = new ArrayList<ObjectInfo>();
    List<ObjectInfo> page = store.list(prefix, null);
    while (!page.isEmpty()) {
      for (ObjectInfo listed : page) {
        if (!named.contains(listed.key())) {
          store.head(listed.key(), timeout).filter(this::isOfTheJob).ifPresent(found::add);
        }
      }
      page = store.list(prefix, page.getLast().key());
    }
    return found;
  }

  private ObjectInfo withdrawn(ObjectInfo object) throws StoreException {
    store.withdraw(object, timeout);
    LOG.info("removed {}, which no completed table names", object.key());
    return object;
  }

  private Set<String> named(Collection<List<LandedObject>> completed) {
    var named = new HashSet<String>();
    for (List<LandedObject> table : completed) {
      table.forEach(object -> named.add(prefix + object.name()));
      if (!table.isEmpty()) {
        named.add(prefix + TableOutput.schemaName(table.getFirst().name()));
      }
    }
    return named;
  }

  private boolean isOfTheJob(ObjectInfo object) {
    return job.value().equals(object.metadata().get(JobFiles.JOB))
        && object.metadata().containsKey(ObjectUploadRequest.MARK);
  }
}
