package io.estat.etl.server.security;

import io.estat.etl.server.config.EtlConfig;
import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.error.ErrorCode;
import io.estat.etl.server.error.ErrorWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Finds out who calls, and lets each caller in as often as it may. Wrong credentials count against
 * the address they come from, so that nobody tries out keys at the speed of the network.
 */
final class CallerFilter extends OncePerRequestFilter {
  private static final String BEARER = "bearer ";

  private final EtlConfig.Auth auth;
  private final @Nullable LocalPages localPages;
  private final ApiKeys keys;
  private final @Nullable BearerTokens tokens;
  private final RateLimiter limiter;
  private final ErrorWriter errors;

  /**
   * @param localPages null: other machines may call
   */
  CallerFilter(
      EtlConfig.Auth auth,
      @Nullable LocalPages localPages,
      RateLimiter limiter,
      ErrorWriter errors) {
    this.auth = auth;
    this.localPages = localPages;
    this.keys = new ApiKeys(auth.apiKeys());
    this.tokens = auth.jwt() == null ? null : new BearerTokens(auth.jwt());
    this.limiter = limiter;
    this.errors = errors;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    try {
      Optional<Caller> caller = auth.anonymous() ? anonymous(request) : authenticated(request);
      if (!isProbe(request)) {
        limit(caller.map(Caller::getName).orElse(address(request)));
      }
      caller.ifPresent(known -> SecurityContextHolder.getContext().setAuthentication(known));
    } catch (ApiException e) {
      errors.write(request, response, e);
      return;
    }
    chain.doFilter(request, response);
  }

  private Optional<Caller> anonymous(HttpServletRequest request) {
    if (localPages != null) {
      localPages.check(request);
    }
    return Optional.of(Caller.ANONYMOUS);
  }

  /** Empty: nothing was presented, which is enough for what is open. */
  private Optional<Caller> authenticated(HttpServletRequest request) {
    String key = request.getHeader("X-API-Key");
    String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (key == null && authorization == null) {
      return Optional.empty();
    }
    Optional<Caller> caller =
        key != null ? keys.caller(key) : bearer(String.valueOf(authorization));
    if (caller.isEmpty()) {
      limit(address(request));
      throw unauthenticated("the credentials are not valid");
    }
    return caller;
  }

  private Optional<Caller> bearer(String authorization) {
    boolean bearer = authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
    return bearer && tokens != null
        ? tokens.caller(authorization.substring(BEARER.length()).strip())
        : Optional.empty();
  }

  private void limit(String principal) {
    Duration wait = limiter.take(principal);
    if (wait.isPositive()) {
      long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
      throw new ApiException(
          ErrorCode.RATE_LIMIT_EXCEEDED,
          "too many requests; the next one is taken in %d s".formatted(seconds),
          List.of(),
          Map.of(HttpHeaders.RETRY_AFTER, Long.toString(seconds)));
    }
  }

  static ApiException unauthenticated(String message) {
    return new ApiException(
        ErrorCode.AUTHENTICATION_ERROR,
        message + "; send a key in X-API-Key, or a token in Authorization",
        List.of(),
        Map.of(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"estat\""));
  }

  /** The platform asks at its own pace, and must not be told that the server is gone. */
  private static boolean isProbe(HttpServletRequest request) {
    return SecuritySetup.PROBES.contains(request.getRequestURI());
  }

  private static String address(HttpServletRequest request) {
    return "address:" + request.getRemoteAddr();
  }
}
