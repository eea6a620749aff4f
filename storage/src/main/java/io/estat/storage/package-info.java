/**
 * The port to object storage, and the store that is a local folder.
 *
 * <p>This room knows no cloud SDK, no HTTP server and no database: a backend is found by the scheme
 * of its URL ({@link io.estat.storage.ObjectStores}).
 */
@NullMarked
package io.estat.storage;

import org.jspecify.annotations.NullMarked;
