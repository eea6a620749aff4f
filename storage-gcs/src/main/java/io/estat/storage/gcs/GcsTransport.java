package io.estat.storage.gcs;

import com.google.api.client.http.HttpRequestInitializer;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.cloud.ServiceOptions;
import com.google.cloud.http.HttpTransportOptions;
import java.io.IOException;
import java.time.Duration;

/** The library's transport over the JDK, with the deadline of the {@link Attempt}. Any thread. */
final class GcsTransport extends HttpTransportOptions {
  private static final long serialVersionUID = 1L;

  private final Duration timeout;

  /**
   * @param timeout of requests outside of an attempt: the reopening of a stream that broke
   */
  GcsTransport(Duration timeout) {
    super(newBuilder().setHttpTransportFactory(NetHttpTransport::new));
    this.timeout = timeout;
  }

  @Override
  public HttpRequestInitializer getHttpRequestInitializer(ServiceOptions<?, ?> options) {
    HttpRequestInitializer library = super.getHttpRequestInitializer(options);
    return request -> {
      try {
        library.initialize(request);
      } catch (IOException e) {
        Attempt.requireTime(e);
        throw new CredentialsUnavailable(e);
      }
      Attempt.bound(request, timeout);
      // Addresses of sessions are secrets, and the library's log has the address of each request.
      request.setLoggingEnabled(false).setCurlLoggingEnabled(false);
    };
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
