package io.estat.storage;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The form of a cloud store's URL, {@code scheme://bucket}, and of the endpoint that replaces the
 * cloud's own. Messages repeat only what cannot hold a password.
 */
public final class BucketUrl {
  private static final String ENDPOINT_FORM =
      "it must be http://host:port or https://host[:port], without credentials";

  private BucketUrl() {}

  /**
   * The bucket that the URL names.
   *
   * @param names what the cloud allows as a bucket's name
   * @param credentials how they are given instead: ends the sentence that refuses them in the URL
   * @throws IllegalArgumentException if the URL holds anything but scheme and bucket
   */
  public static String bucket(String scheme, URI url, Pattern names, String credentials) {
    String bucket = String.valueOf(url.getRawAuthority());
    if (bucket.contains("@")) {
      throw new IllegalArgumentException(
          "the %s:// URL must not hold credentials; give them %s".formatted(scheme, credentials));
    }
    String path = String.valueOf(url.getRawPath());
    boolean bare = path.isEmpty() || path.equals("/");
    if (!names.matcher(bucket).matches() || !bare || url.getRawQuery() != null) {
      throw new IllegalArgumentException(
          "store %s is refused: it must be %s://bucket and nothing more (a key prefix is a setting of its own)"
              .formatted(url, scheme));
    }
    return bucket;
  }

  /**
   * The endpoint, or null where the text is null or blank: the cloud's own.
   *
   * @param cloud its name in messages
   * @throws IllegalArgumentException if it is no URL of a server
   */
  public static @Nullable URI endpoint(String cloud, @Nullable String endpoint) {
    if (endpoint == null || endpoint.isBlank()) {
      return null;
    }
    URI uri;
    try {
      uri = URI.create(endpoint.strip());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the %s endpoint is no URL: %s".formatted(cloud, ENDPOINT_FORM), e);
    }
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    boolean http = scheme.equals("http") || scheme.equals("https");
    if (!http || uri.getHost() == null || uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "the %s endpoint is refused: %s".formatted(cloud, ENDPOINT_FORM));
    }
    return uri;
  }
}
