package io.estat.storage.gcs;

import io.estat.storage.BucketUrl;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectStoreProvider;
import io.estat.storage.StoreSettings;
import java.net.URI;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Opens {@code gs://bucket}, at Google or on the emulator that the settings name. */
public final class GcsStoreProvider implements ObjectStoreProvider {
  /** "Bucket naming" in the documentation of Cloud Storage. */
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]");

  private static final String CREDENTIALS =
      "as a file (GOOGLE_APPLICATION_CREDENTIALS) or as the identity of the machine";

  @Override
  public String scheme() {
    return "gs";
  }

  @Override
  public ObjectStore open(URI url, StoreSettings settings) {
    @Nullable URI endpoint = BucketUrl.endpoint("GCS", settings.endpoint());
    return new GcsStore(
        BucketUrl.bucket(scheme(), url, BUCKET, CREDENTIALS),
        settings.timeout(),
        () -> GcsConnection.open(endpoint, settings));
  }
}
