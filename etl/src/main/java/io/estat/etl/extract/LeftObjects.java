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
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Objects that a process of a job had made visible when it died, before the job store had their
 * table's completion. An object is taken for one only if it says in its metadata that it is the
 * job's and an upload's, and no completed table names it: so neither a manifest nor anybody else's
 * object ever is.
 *
 * <p>They are found first and removed then: what gets one of the names in between stays.
 */
public final class LeftObjects {
  private static final Logger LOG = LoggerFactory.getLogger(LeftObjects.class);

  private final ObjectStore store;
  private final Duration timeout;
  private final List<ObjectInfo> found;

  private LeftObjects(ObjectStore store, Duration timeout, List<ObjectInfo> found) {
    this.store = store;
    this.timeout = timeout;
    this.found = found;
  }

  /**
   * Looks for them. Without the right to look it finds none, and says so in the log.
   *
   * @param prefix of all keys of the job, and of no other's
   * @param completed the objects of each completed table, its first one first
   * @param timeout of one call
   */
  public static LeftObjects find(
      ObjectStore store,
      String prefix,
      JobId job,
      Collection<List<LandedObject>> completed,
      Duration timeout)
      throws StoreException {
    Set<String> named = named(prefix, completed);
    var found = new ArrayList<ObjectInfo>();
    try {
      List<ObjectInfo> page = store.list(prefix, null);
      while (!page.isEmpty()) {
        for (ObjectInfo listed : page) {
          if (!named.contains(listed.key())) {
            store
                .head(listed.key(), timeout)
                .filter(object -> isOf(job, object))
                .ifPresent(found::add);
          }
        }
        page = store.list(prefix, page.getLast().key());
      }
    } catch (StoreException e) {
      if (e.kind() != Kind.DENIED) {
        throw e;
      }
      LOG.warn(
          "what job {} may have left under {} cannot be seen: {}", job, prefix, e.getMessage());
    }
    return new LeftObjects(store, timeout, found);
  }

  private static Set<String> named(String prefix, Collection<List<LandedObject>> completed) {
    var named = new HashSet<String>();
    for (List<LandedObject> table : completed) {
      table.forEach(object -> named.add(prefix + object.name()));
      if (!table.isEmpty()) {
        named.add(prefix + TableOutput.schemaName(table.getFirst().name()));
      }
    }
    return named;
  }

  private static boolean isOf(JobId job, ObjectInfo object) {
    return job.value().equals(object.metadata().get(JobFiles.JOB))
        && object.metadata().containsKey(ObjectUploadRequest.MARK);
  }

  /**
   * Removes those that were found. Without the right to remove them they stay, and the log says so.
   *
   * @return how many there were
   */
  public int remove() throws StoreException {
    for (ObjectInfo object : found) {
      try {
        store.withdraw(object, timeout);
        LOG.info("removed {}, which no completed table names", object.key());
      } catch (StoreException e) {
        if (e.kind() != Kind.DENIED) {
          throw e;
        }
        LOG.warn("{}, which no completed table names, stays: {}", object.key(), e.getMessage());
      }
    }
    return found.size();
  }
}
