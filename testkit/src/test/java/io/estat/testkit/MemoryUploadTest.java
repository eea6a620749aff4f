package io.estat.testkit;

import io.estat.storage.ObjectStore;

/** The contract of uploads against memory. */
class MemoryUploadTest extends ObjectUploadContract {
  private final MemoryStore store = new MemoryStore();

  @Override
  protected ObjectStore open() {
    return store;
  }
}
