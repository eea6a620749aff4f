package io.estat.storage;

import java.net.URI;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Opens a store by its URL: {@code s3://bucket}, {@code file:///folder}. */
public final class ObjectStores {
  private ObjectStores() {}

  /**
   * @throws IllegalArgumentException if no backend on the class path knows the scheme, or the URL
   *     is not usable; the message says which schemes are known
   */
  public static ObjectStore open(URI url, StoreSettings settings) {
    var providers = new TreeMap<String, ObjectStoreProvider>();
    for (ObjectStoreProvider provider : ServiceLoader.load(ObjectStoreProvider.class)) {
      providers.put(provider.scheme(), provider);
    }
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    ObjectStoreProvider provider = providers.get(scheme);
    if (provider == null) {
      throw new IllegalArgumentException(
          "no store for the scheme '" + scheme + "': it must be one of " + providers.keySet());
    }
    return provider.open(url, settings);
  }
}
