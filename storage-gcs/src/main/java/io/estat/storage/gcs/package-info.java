/** Google Cloud Storage, over Google's client library. */
@NullMarked
package io.estat.storage.gcs;

import org.jspecify.annotations.NullMarked;
