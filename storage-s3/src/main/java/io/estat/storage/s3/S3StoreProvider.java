package io.estat.storage.s3;

import io.estat.storage.BucketUrl;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectStoreProvider;
import io.estat.storage.StoreSettings;
import java.net.URI;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Opens {@code s3://bucket}, on AWS or on the compatible server that the settings name. */
public final class S3StoreProvider implements ObjectStoreProvider {
  private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,62}");

  private static final String CREDENTIALS =
      "as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or as a role";

  @Override
  public String scheme() {
    return "s3";
  }

  @Override
  public ObjectStore open(URI url, StoreSettings settings) {
    @Nullable URI endpoint = BucketUrl.endpoint("S3", settings.endpoint());
    return new S3Store(
        BucketUrl.bucket(scheme(), url, BUCKET, CREDENTIALS),
        settings.timeout(),
        () -> S3Connection.open(endpoint, settings));
  }
}
