package io.estat.testkit.gcs;

import io.estat.storage.ObjectKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The objects of a bucket, without versioning. Any thread. */
final class GcsBucket {
  private final String name;
  private final NavigableMap<String, GcsObject> objects = new TreeMap<>(ObjectKeys.ORDER);
  private long lastGeneration = 1_700_000_000_000_000L;

  GcsBucket(String name) {
    this.name = name;
  }

  /** What a request tells of the object that it makes. */
  record Draft(String name, GcsJson.Properties properties, @Nullable Long ifGenerationMatch) {
    String property(String field) {
      @Nullable String value = properties.field(field);
      return value == null ? "" : value;
    }
  }

  /** An object becomes visible, or the request is refused and nothing changes. */
  synchronized GcsObject publish(Draft draft, GcsContent content) throws GcsAnswer.Refusal {
    check(draft.name(), draft.ifGenerationMatch());
    var object =
        new GcsObject(
            draft.name(),
            ++lastGeneration,
            draft.property("contentType"),
            draft.property("contentEncoding"),
            draft.properties().metadata(),
            content);
    objects.put(draft.name(), object);
    return object;
  }

  /** Generation 0 means: no object. */
  synchronized void check(String object, @Nullable Long ifGenerationMatch)
      throws GcsAnswer.Refusal {
    long generation = find(object).map(GcsObject::generation).orElse(0L);
    if (ifGenerationMatch != null && ifGenerationMatch != generation) {
      throw new GcsAnswer.Refusal(
          412,
          "conditionNotMet",
          "At least one of the pre-conditions you specified did not hold: generation is "
              + generation);
    }
  }

  synchronized Optional<GcsObject> find(String object) {
    return Optional.ofNullable(objects.get(object));
  }

  synchronized GcsObject get(String object) throws GcsAnswer.Refusal {
    return find(object).orElseThrow(() -> GcsAnswer.notFound("the object " + object));
  }

  synchronized void delete(String object, @Nullable Long ifGenerationMatch)
      throws GcsAnswer.Refusal {
    get(object);
    check(object, ifGenerationMatch);
    objects.remove(object);
  }

  /**
   * Objects in the order of their names.
   *
   * @param from the first name that may be listed
   * @param after names up to this one are left out; null: none
   */
  synchronized List<GcsObject> list(String prefix, String from, @Nullable String after, int limit) {
    var page = new ArrayList<GcsObject>();
    for (GcsObject object : objects.tailMap(from, true).values()) {
      boolean skipped = after != null && ObjectKeys.ORDER.compare(object.name(), after) <= 0;
      if (!skipped && object.name().startsWith(prefix) && page.size() < limit) {
        page.add(object);
      }
    }
    return page;
  }

  String name() {
    return name;
  }
}
