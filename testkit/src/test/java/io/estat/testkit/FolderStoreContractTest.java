package io.estat.testkit;

import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectStores;
import io.estat.storage.StoreSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class FolderStoreContractTest extends ObjectStoreContract {
  @TempDir Path folder;
  private ObjectStore store;

  @BeforeEach
  void open() {
    store = ObjectStores.open(folder.resolve("not/yet there").toUri(), StoreSettings.DEFAULTS);
  }

  @Override
  protected ObjectStore store() {
    return store;
  }
}
