package io.estat.storage.s3;

import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectStoreProvider;
import io.estat.storage.StoreSettings;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Opens {@code s3://bucket}, on AWS or on the compatible server that the settings name. */
public final class S3StoreProvider implements ObjectStoreProvider {
  private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,62}");

  @Override
  public String scheme() {
    return "s3";
  }

  @Override
  public ObjectStore open(URI url, StoreSettings settings) {
    @Nullable URI endpoint = endpoint(settings.endpoint());
    return new S3Store(
        bucket(url), settings.timeout(), () -> S3Connection.open(endpoint, settings));
  }

  /** Messages repeat only what cannot hold a password. */
  private static String bucket(URI url) {
    String bucket = String.valueOf(url.getRawAuthority());
    if (bucket.contains("@")) {
      throw new IllegalArgumentException(
          "an s3:// URL must not hold credentials; give them as AWS_ACCESS_KEY_ID and"
              + " AWS_SECRET_ACCESS_KEY or as a role");
    }
    String path = String.valueOf(url.getRawPath());
    boolean bare = path.isEmpty() || path.equals("/");
    if (!BUCKET.matcher(bucket).matches() || !bare || url.getRawQuery() != null) {
      throw new IllegalArgumentException(
          "store "
              + url
              + " is refused: it must be s3://bucket and nothing more (a key prefix is a setting of"
              + " its own)");
    }
    return bucket;
  }

  private static @Nullable URI endpoint(@Nullable String endpoint) {
    if (endpoint == null || endpoint.isBlank()) {
      return null;
    }
    String form = "it must be http://host:port or https://host[:port], without credentials";
    URI uri;
    try {
      uri = URI.create(endpoint.strip());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the S3 endpoint is no URL: " + form, e);
    }
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    boolean http = scheme.equals("http") || scheme.equals("https");
    if (!http || uri.getHost() == null || uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException("the S3 endpoint is refused: " + form);
    }
    return uri;
  }
}
