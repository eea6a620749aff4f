package io.estat.storage;

import java.net.URI;

/** A backend for one URL scheme, found with {@link java.util.ServiceLoader}. */
public interface ObjectStoreProvider {
  /** The scheme in lower case, without a colon, as {@code s3}. */
  String scheme();

  /**
   * Opens the store. Must not touch the network: rights and existence show at the first call, so
   * that a server can start while its store is away.
   *
   * @throws IllegalArgumentException naming what is wrong with the URL
   */
  ObjectStore open(URI url, StoreSettings settings);
}
