package io.estat.storage.gcs;

import com.google.api.client.http.HttpRequestFactory;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.auth.Credentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.cloud.NoCredentials;
import com.google.cloud.ServiceOptions;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageOptions;
import io.estat.storage.StoreSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The library's client and what belongs to it. Making one loads the library. Any thread. */
final class GcsConnection {
  /**
   * Calls on objects name none; without one the library would ask the machine's metadata server.
   */
  private static final String NO_PROJECT = "none";

  private final StorageOptions options;
  private final Storage storage;
  private final HttpRequestFactory requests;

  /**
   * With the credentials of the settings' file, or those of the environment (a file named there, or
   * the identity of the machine or pod); with none at an endpoint of the settings without a file.
   *
   * @throws UncheckedIOException if there are no credentials
   */
  static GcsConnection open(@Nullable URI endpoint, StoreSettings settings) {
    try {
      return new GcsConnection(endpoint, settings, credentials(endpoint, settings));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Credentials credentials(@Nullable URI endpoint, StoreSettings settings)
      throws IOException {
    @Nullable Path file = settings.credentialsFile();
    if (file != null) {
      try (InputStream in = Files.newInputStream(file)) {
        return GoogleCredentials.fromStream(in, NetHttpTransport::new);
      }
    }
    return endpoint == null
        ? GoogleCredentials.getApplicationDefault(NetHttpTransport::new)
        : NoCredentials.getInstance();
  }

  GcsConnection(@Nullable URI endpoint, StoreSettings settings, Credentials credentials) {
    StorageOptions.Builder builder =
        StorageOptions.http()
            .setTransportOptions(new GcsTransport(settings.timeout()))
            .setCredentials(credentials)
            .setProjectId(NO_PROJECT)
            // A retry of the library's could meet the object of its own first attempt.
            .setRetrySettings(ServiceOptions.getNoRetrySettings());
    if (endpoint != null) {
      builder.setHost(endpoint.toString());
    }
    options = builder.build();
    storage = options.getService();
    requests =
        new NetHttpTransport()
            .createRequestFactory(
                ((GcsTransport) options.getTransportOptions()).getHttpRequestInitializer(options));
  }

  Storage storage() {
    return storage;
  }

  /** Requests with the same credentials and deadlines, for what the library has no call for. */
  HttpRequestFactory requests() {
    return requests;
  }

  /** Scheme, host and port. */
  String host() {
    return options.getHost();
  }

  <T> T within(Duration timeout, Attempt.Call<T> call) throws IOException {
    return Attempt.within(timeout, call);
  }

  void close() {
    try {
      storage.close();
    } catch (Exception e) {
      throw new IllegalStateException("the client of Cloud Storage cannot be closed", e);
    }
  }
}
