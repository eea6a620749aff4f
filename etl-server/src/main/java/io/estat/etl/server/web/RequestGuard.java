package io.estat.etl.server.web;

import io.estat.etl.server.error.ApiError;
import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.error.ErrorCode;
import io.estat.etl.server.error.ErrorWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses what everything behind it would guess about: a query that is no UTF-8 in
 * percent-encoding, the same parameter twice or without a name or value, and a body of more than
 * {@link #MAX_BODY_BYTES}, whether its length is announced or not.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 100)
final class RequestGuard extends OncePerRequestFilter {
  static final int MAX_BODY_BYTES = 1_000_000;
  private static final String ENCODE = "encode it as UTF-8 in percent-encoding";

  private final ErrorWriter errors;

  RequestGuard(ErrorWriter errors) {
    this.errors = errors;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    try {
      checkQuery(request.getQueryString());
      if (request.getContentLengthLong() > MAX_BODY_BYTES) {
        throw BoundedBody.tooLarge();
      }
    } catch (ApiException e) {
      errors.write(request, response, e);
      return;
    }
    chain.doFilter(new BoundedBody(request), response);
  }

  private static void checkQuery(@Nullable String query) {
    if (query == null || query.isEmpty()) {
      return;
    }
    Set<String> seen = new HashSet<>();
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      if (name.isEmpty()) {
        throw badQuery("a parameter without a name", "give it one, or leave it out");
      }
      if (decoded(equals < 0 ? "" : pair.substring(equals + 1)).isEmpty()) {
        throw ApiException.ofField(name, "has no value; leave it out");
      }
      if (!seen.add(name)) {
        throw ApiException.ofField(name, "stands in the query more than once");
      }
    }
  }

  private static String decoded(String text) {
    byte[] bytes = new byte[text.length()];
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '%') {
        bytes[length++] = (byte) (c == '+' ? ' ' : c);
        continue;
      }
      int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
      if (high < 0 || low < 0) {
        throw badQuery("a percent sign without two hex digits", ENCODE);
      }
      bytes[length++] = (byte) (high << 4 | low);
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Arrays.copyOf(bytes, length)))
          .toString();
    } catch (CharacterCodingException e) {
      throw badQuery("bytes that are no UTF-8", ENCODE);
    }
  }

  private static ApiException badQuery(String what, String advice) {
    return new ApiException(
        ErrorCode.INVALID_REQUEST,
        "the query has " + what + "; " + advice,
        List.<ApiError.Detail>of(),
        Map.of());
  }
}
