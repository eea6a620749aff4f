package io.estat.etl.server.security;

import io.estat.etl.server.config.EtlConfig;
import io.estat.etl.server.config.Role;
import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.error.ErrorCode;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.web.client.RestTemplate;

/**
 * Finds the caller of a JWT. The algorithm follows from the configured kind of key, never from the
 * token: HS256 with a secret, RS, PS and ES with public keys.
 */
final class BearerTokens {
  private static final Logger LOG = LoggerFactory.getLogger(BearerTokens.class);
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);
  private static final Duration JWKS_TIMEOUT = Duration.ofSeconds(5);

  private final NimbusJwtDecoder decoder;

  BearerTokens(EtlConfig.Jwt settings) {
    URI jwks = settings.jwksUrl();
    this.decoder =
        jwks == null
            ? symmetric(settings)
            : NimbusJwtDecoder.withJwkSetUri(jwks.toString())
                .jwsAlgorithms(all -> all.addAll(Arrays.asList(SignatureAlgorithm.values())))
                .restOperations(http())
                .build();
    decoder.setJwtValidator(validator(settings));
  }

  private static NimbusJwtDecoder symmetric(EtlConfig.Jwt settings) {
    String secret = settings.secret() == null ? "" : settings.secret().value();
    byte[] key = secret.getBytes(StandardCharsets.UTF_8);
    return NimbusJwtDecoder.withSecretKey(new SecretKeySpec(key, "HmacSHA256"))
        .macAlgorithm(MacAlgorithm.HS256)
        .build();
  }

  private static RestTemplate http() {
    var requests =
        new JdkClientHttpRequestFactory(
            HttpClient.newBuilder().connectTimeout(JWKS_TIMEOUT).build());
    requests.setReadTimeout(JWKS_TIMEOUT);
    return new RestTemplate(requests);
  }

  private static OAuth2TokenValidator<Jwt> validator(EtlConfig.Jwt settings) {
    List<OAuth2TokenValidator<Jwt>> validators = new ArrayList<>();
    validators.add(new JwtTimestampValidator(CLOCK_SKEW));
    // Spring's own validator lets a token live for ever that has no exp.
    validators.add(token -> result(token.getExpiresAt() != null, "exp is missing"));
    if (settings.issuer() != null) {
      validators.add(new JwtIssuerValidator(settings.issuer()));
    }
    String audience = settings.audience();
    if (audience != null) {
      validators.add(
          token ->
              result(
                  token.getAudience() != null && token.getAudience().contains(audience),
                  "aud is another"));
    }
    return new DelegatingOAuth2TokenValidator<>(validators);
  }

  private static OAuth2TokenValidatorResult result(boolean valid, String otherwise) {
    return valid
        ? OAuth2TokenValidatorResult.success()
        : OAuth2TokenValidatorResult.failure(new OAuth2Error("invalid_token", otherwise, null));
  }

  /**
   * @return empty: the token is not valid, whatever the reason
   * @throws ApiException UNAVAILABLE if the public keys cannot be had
   */
  Optional<Caller> caller(String token) {
    try {
      Jwt jwt = decoder.decode(token);
      return Optional.of(new Caller("jwt:" + jwt.getSubject(), role(jwt)));
    } catch (BadJwtException e) {
      LOG.debug("A token is refused: {}", e.getMessage());
      return Optional.empty();
    } catch (JwtException e) {
      LOG.warn("Tokens cannot be checked: {}", e.getMessage());
      throw new ApiException(
          ErrorCode.UNAVAILABLE, "tokens cannot be checked now: the key server does not answer");
    }
  }

  private static @Nullable Role role(Jwt jwt) {
    List<String> granted =
        Stream.of("roles", "scope").flatMap(claim -> words(jwt.getClaims().get(claim))).toList();
    Role highest = null;
    for (Role role : Role.values()) {
      highest = granted.contains(role.scope()) ? role : highest;
    }
    return highest;
  }

  private static Stream<String> words(@Nullable Object claim) {
    return switch (claim) {
      case String text -> Arrays.stream(text.split(" ", -1));
      case Collection<?> list -> list.stream().map(String::valueOf);
      case null, default -> Stream.empty();
    };
  }
}
