package io.estat.etl.server.security;

import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.error.ErrorCode;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the web out of a server that trusts everybody on this machine: a page elsewhere can make a
 * browser here send requests (Origin), and can point its own name to 127.0.0.1 (Host).
 */
final class LocalPages {
  private final List<String> allowedOrigins;

  LocalPages(List<String> allowedOrigins) {
    this.allowedOrigins = allowedOrigins;
  }

  /**
   * @throws ApiException FORBIDDEN
   */
  void check(HttpServletRequest request) {
    String host = request.getHeader("Host");
    if (host == null || !isLocal(hostOf("http://" + host))) {
      throw new ApiException(
          ErrorCode.FORBIDDEN,
          "without credentials this server is called as localhost; for other names give it"
              + " auth.api_keys");
    }
    String origin = request.getHeader("Origin");
    if (origin != null && !allowedOrigins.contains(origin) && !isLocal(hostOf(origin))) {
      throw new ApiException(
          ErrorCode.FORBIDDEN,
          "pages of other origins may not call; cors.allowed_origins names those that may");
    }
  }

  private static @Nullable String hostOf(String url) {
    try {
      return new URI(url).getHost();
    } catch (URISyntaxException e) {
      return null;
    }
  }

  private static boolean isLocal(@Nullable String host) {
    if (host == null) {
      return false;
    }
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost")
        || name.endsWith(".localhost")
        || name.equals("[::1]")
        || name.matches("127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}");
  }
}
