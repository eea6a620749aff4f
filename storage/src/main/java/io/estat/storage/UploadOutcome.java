package io.estat.storage;

import org.jspecify.annotations.Nullable;

/** How an answered commit ended. */
public sealed interface UploadOutcome {
  /** The object is there, whole. */
  record Stored(CommittedObject object) implements UploadOutcome {}

  /** Somebody else's object has the key; it was not touched and nothing of ours is left. */
  record Exists(String key) implements UploadOutcome {}

  /** Stored, in a store without generations. */
  static UploadOutcome stored(String key, ObjectSum sum) {
    return stored(key, sum, null);
  }

  static UploadOutcome stored(String key, ObjectSum sum, @Nullable String generation) {
    return new Stored(new CommittedObject(key, sum.bytes(), sum.crc32c(), generation));
  }
}
