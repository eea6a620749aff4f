package io.estat.etl.server.security;

import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.error.ErrorCode;
import io.estat.etl.server.error.ErrorWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.DefaultCorsProcessor;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;

/** Cross-origin requests of the allowed pages. Without any, nothing of CORS is answered. */
final class AllowedOrigins extends DefaultCorsProcessor {
  private final ErrorWriter errors;

  private AllowedOrigins(ErrorWriter errors) {
    this.errors = errors;
  }

  static CorsFilter filter(List<String> allowed, ErrorWriter errors) {
    var source = new UrlBasedCorsConfigurationSource();
    if (!allowed.isEmpty()) {
      source.setCorsConfigurations(Map.of("/**", configuration(allowed)));
    }
    var filter = new CorsFilter(source);
    filter.setCorsProcessor(new AllowedOrigins(errors));
    return filter;
  }

  private static CorsConfiguration configuration(List<String> allowed) {
    var cors = new CorsConfiguration();
    cors.setAllowedOrigins(allowed);
    cors.setAllowedMethods(List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"));
    cors.setAllowedHeaders(
        List.of(
            "Authorization",
            "Content-Type",
            "If-Match",
            "Idempotency-Key",
            "Last-Event-ID",
            "X-API-Key",
            "traceparent"));
    cors.setExposedHeaders(List.of("ETag", "Location", "Retry-After"));
    cors.setMaxAge(Duration.ofHours(1));
    return cors;
  }

  @Override
  public boolean processRequest(
      @Nullable CorsConfiguration config, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    boolean allowed = super.processRequest(config, request, response);
    if (!allowed) {
      errors.write(
          request,
          response,
          new ApiException(
              ErrorCode.FORBIDDEN,
              "this page, method or header is not allowed across origins; cors.allowed_origins"
                  + " names the pages that may call"));
    }
    return allowed;
  }

  /** The body is written above, in the shape of every error. */
  @Override
  protected void rejectRequest(ServerHttpResponse response) {}
}
