package io.estat.storage.gcs;

import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectStoreProvider;
import io.estat.storage.StoreSettings;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Opens {@code gs://bucket}, at Google or on the emulator that the settings name. */
public final class GcsStoreProvider implements ObjectStoreProvider {
  /** "Bucket naming" in the documentation of Cloud Storage. */
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]");

  @Override
  public String scheme() {
    return "gs";
  }

  @Override
  public ObjectStore open(URI url, StoreSettings settings) {
    @Nullable URI endpoint = endpoint(settings.endpoint());
    return new GcsStore(
        bucket(url), settings.timeout(), () -> GcsConnection.open(endpoint, settings));
  }

  /** Messages repeat only what cannot hold a password. */
  private static String bucket(URI url) {
    String bucket = String.valueOf(url.getRawAuthority());
    if (bucket.contains("@")) {
      throw new IllegalArgumentException(
          "a gs:// URL must not hold credentials; give them as a file (GOOGLE_APPLICATION_CREDENTIALS)"
              + " or as the identity of the machine");
    }
    String path = String.valueOf(url.getRawPath());
    boolean bare = path.isEmpty() || path.equals("/");
    if (!BUCKET.matcher(bucket).matches() || !bare || url.getRawQuery() != null) {
      throw new IllegalArgumentException(
          "store "
              + url
              + " is refused: it must be gs://bucket and nothing more (a key prefix is a setting of"
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
      throw new IllegalArgumentException("the GCS endpoint is no URL: " + form, e);
    }
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    boolean http = scheme.equals("http") || scheme.equals("https");
    if (!http || uri.getHost() == null || uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException("the GCS endpoint is refused: " + form);
    }
    return uri;
  }
}
