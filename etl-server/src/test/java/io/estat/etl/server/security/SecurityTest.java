package io.estat.etl.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.estat.etl.server.RunningServer;
import io.estat.etl.server.RunningServer.Answer;
import io.estat.etl.server.config.ApiKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what, judged by answers: 404 and 405 come only after the caller was let in. */
final class SecurityTest {
  private static final String SECRET = "a-secret-of-32-bytes-for-the-tests";
  private static final String READ_KEY = "key-of-the-reader-0001";
  private static final String OPERATE_KEY = "key-of-the-operator-01";

  @TempDir static Path folder;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server =
        RunningServer.start(
            folder,
            "AUTH_API_KEYS",
            "reader:read:%s,ops:operate:sha256:%s".formatted(READ_KEY, ApiKey.hash(OPERATE_KEY)),
            "AUTH_BEARER_SECRET",
            SECRET,
            "AUTH_ISSUER",
            "https://id.example",
            "AUTH_AUDIENCE",
            "estat");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void probesAreOpen() {
    assertThat(server.get("/health").status()).isEqualTo(200);
    assertThat(server.get("/api/health").status()).isEqualTo(200);
  }

  @Test
  void everythingElseAsksWhoCalls() {
    for (String path :
        List.of("/metrics", "/v3/api-docs", "/swagger-ui", "/nothing", "/api/jobs")) {
      Answer answer = server.get(path);
      assertThat(answer.status()).as(path).isEqualTo(401);
      assertThat(answer.code()).isEqualTo("AUTHENTICATION_ERROR");
      assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
    }
  }

  @Test
  void keysOpenWhatTheirRoleMay() {
    assertThat(server.get("/nothing", "X-API-Key", READ_KEY).status()).isEqualTo(404);
    assertThat(server.get("/metrics", "X-API-Key", READ_KEY).status()).isEqualTo(200);
    Answer post = server.send("POST", "/nothing", "{}", "X-API-Key", READ_KEY);
    assertThat(post.status()).isEqualTo(403);
    assertThat(post.code()).isEqualTo("FORBIDDEN");
    assertThat(server.send("POST", "/nothing", "{}", "X-API-Key", OPERATE_KEY).status())
        .isEqualTo(404);
    assertThat(server.get("/api/sample?table=T", "X-API-Key", READ_KEY).status()).isEqualTo(403);
  }

  @Test
  void wrongKeysAreRefusedWithoutBeingShown() {
    for (String key : List.of("wrong", READ_KEY + "x", READ_KEY.substring(1), "")) {
      Answer answer = server.get("/nothing", "X-API-Key", key);
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.message())
          .isEqualTo(
              "the credentials are not valid; send a key in X-API-Key, or a token in Authorization");
    }
    assertThat(server.get("/nothing", "Authorization", "Basic eDp5").status()).isEqualTo(401);
  }

  @Test
  void tokensOpenWhatTheirScopeOrRolesMay() throws JOSEException {
    assertThat(bearer(hs256(claims().claim("scope", "openid estat:read")))).isEqualTo(404);
    assertThat(bearer(hs256(claims().claim("roles", List.of("estat:operate"))))).isEqualTo(404);
    assertThat(bearer(hs256(claims().claim("scope", "read operate")))).isEqualTo(403);
    assertThat(bearer(hs256(claims()))).isEqualTo(403);
    String reader = hs256(claims().claim("scope", "estat:read"));
    assertThat(server.send("POST", "/nothing", "{}", "Authorization", "Bearer " + reader).status())
        .isEqualTo(403);
  }

  @Test
  void tokensThatAreNotValidAreRefused() throws JOSEException {
    var read = claims().claim("scope", "estat:read");
    Date past = Date.from(Instant.now().minusSeconds(3600));
    assertThat(bearer(hs256(read.expirationTime(past)))).as("expired").isEqualTo(401);
    assertThat(bearer(hs256(read.expirationTime(null)))).as("no exp").isEqualTo(401);
    read = claims().claim("scope", "estat:read");
    assertThat(bearer(hs256(read.issuer("https://other")))).as("iss").isEqualTo(401);
    read = claims().claim("scope", "estat:read");
    assertThat(bearer(hs256(read.audience("other")))).as("aud").isEqualTo(401);
    read = claims().claim("scope", "estat:read");
    Date future = Date.from(Instant.now().plusSeconds(600));
    assertThat(bearer(hs256(read.notBeforeTime(future)))).as("nbf").isEqualTo(401);
    read = claims().claim("scope", "estat:read");
    assertThat(bearer(signed(read, JWSAlgorithm.HS256, new MACSigner("x".repeat(32)))))
        .as("other secret")
        .isEqualTo(401);
    assertThat(bearer(signed(read, JWSAlgorithm.HS512, new MACSigner(SECRET.repeat(2)))))
        .as("other algorithm")
        .isEqualTo(401);
    assertThat(bearer(new PlainJWT(read.build()).serialize())).as("alg none").isEqualTo(401);
    assertThat(bearer("nonsense")).isEqualTo(401);
  }

  @Test
  void publicKeysPinTheAlgorithm() throws Exception {
    RSAKey key = new RSAKeyGenerator(2048).keyID("k1").generate();
    byte[] published = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
    HttpServer jwks =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    jwks.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, published.length);
          exchange.getResponseBody().write(published);
          exchange.close();
        });
    jwks.start();
    String url = "http://localhost:" + jwks.getAddress().getPort() + "/keys";
    try (var other = RunningServer.start(folder, "AUTH_JWKS_URL", url)) {
      var read = claims().claim("scope", "estat:read");
      assertThat(bearer(other, signed(read, JWSAlgorithm.RS256, new RSASSASigner(key))))
          .isEqualTo(404);
      // The public key taken for an HMAC secret: the oldest trick with JWTs.
      byte[] asSecret = key.toRSAPublicKey().getEncoded();
      assertThat(bearer(other, signed(read, JWSAlgorithm.HS256, new MACSigner(asSecret))))
          .isEqualTo(401);
      jwks.stop(0);
    }
    try (var keyless = RunningServer.start(folder, "AUTH_JWKS_URL", url)) {
      var read = claims().claim("scope", "estat:read");
      assertThat(bearer(keyless, signed(read, JWSAlgorithm.RS256, new RSASSASigner(key))))
          .as("no key server")
          .isEqualTo(503);
    }
  }

  @Test
  void withoutCredentialsOnlyThisMachineIsLetIn() {
    try (var open = RunningServer.start(folder, "CORS_ALLOWED_ORIGINS", "https://ui.example")) {
      assertThat(open.get("/nothing").status()).isEqualTo(404);
      assertThat(open.send("POST", "/nothing", "{}").status()).isEqualTo(404);
      for (String origin :
          List.of("https://evil.example", "null", "http://localhost.evil.example")) {
        Answer answer = open.send("POST", "/nothing", "{}", "Origin", origin);
        assertThat(answer.status()).as(origin).isEqualTo(403);
        assertThat(answer.code()).isEqualTo("FORBIDDEN");
      }
      assertThat(raw(open, "localhost:1")).startsWith("HTTP/1.1 404");
      assertThat(raw(open, "127.0.0.1")).startsWith("HTTP/1.1 404");
      assertThat(raw(open, "[::1]:80")).startsWith("HTTP/1.1 404");
      assertThat(raw(open, "rebound.example")).startsWith("HTTP/1.1 403");
      assertThat(raw(open, "127.0.0.1.example")).startsWith("HTTP/1.1 403");

      Answer allowed = open.get("/api/health", "Origin", "https://ui.example");
      assertThat(allowed.status()).isEqualTo(200);
      assertThat(allowed.header("Access-Control-Allow-Origin")).isEqualTo("https://ui.example");
      Answer preflight =
          open.send(
              "OPTIONS",
              "/api/transports",
              null,
              "Origin",
              "https://ui.example",
              "Access-Control-Request-Method",
              "POST",
              "Access-Control-Request-Headers",
              "X-API-Key, Content-Type");
      assertThat(preflight.status()).isEqualTo(200);
      assertThat(preflight.header("Access-Control-Allow-Methods")).contains("POST");
    }
  }

  @Test
  void withoutAnAllowListPagesOfThisMachineMayCall() {
    try (var open = RunningServer.start(folder)) {
      assertThat(open.get("/nothing", "Origin", "http://localhost:3000").status()).isEqualTo(404);
      assertThat(open.get("/nothing", "Origin", "https://evil.example").status()).isEqualTo(403);
    }
  }

  @Test
  void callersAreLimitedEachForItself() {
    try (var limited =
        RunningServer.start(
            folder,
            "AUTH_API_KEYS",
            "a:read:%s,b:read:%s".formatted(READ_KEY, OPERATE_KEY),
            "RATE_LIMIT_ENABLED",
            "true",
            "RATE_LIMIT_REQUESTS_PER_MINUTE",
            "1",
            "RATE_LIMIT_BURST",
            "2")) {
      assertThat(limited.get("/nothing", "X-API-Key", READ_KEY).status()).isEqualTo(404);
      assertThat(limited.get("/nothing", "X-API-Key", READ_KEY).status()).isEqualTo(404);
      Answer third = limited.get("/nothing", "X-API-Key", READ_KEY);
      assertThat(third.status()).isEqualTo(429);
      assertThat(third.code()).isEqualTo("RATE_LIMIT_EXCEEDED");
      assertThat(Integer.parseInt(third.header("Retry-After"))).isBetween(1, 60);
      assertThat(limited.get("/nothing", "X-API-Key", OPERATE_KEY).status()).isEqualTo(404);
      for (int i = 0; i < 2; i++) {
        assertThat(limited.get("/nothing", "X-API-Key", "guess").status()).isEqualTo(401);
      }
      assertThat(limited.get("/nothing", "X-API-Key", "guess").status()).isEqualTo(429);
      for (int i = 0; i < 5; i++) {
        assertThat(limited.get("/api/health").status()).isEqualTo(200);
      }
    }
  }

  @Test
  void metricsAndDocsCanBeOpened() {
    try (var open =
        RunningServer.start(
            folder,
            "AUTH_API_KEYS",
            "a:read:" + READ_KEY,
            "AUTH_OPEN_METRICS",
            "true",
            "AUTH_OPEN_DOCS",
            "true")) {
      assertThat(open.get("/metrics").status()).isEqualTo(200);
      assertThat(open.get("/v3/api-docs").status()).isEqualTo(200);
      assertThat(open.get("/swagger-ui").status()).isEqualTo(302);
      assertThat(open.get("/swagger-ui/index.html").status()).isEqualTo(200);
      assertThat(open.get("/api/jobs").status()).isEqualTo(401);
    }
  }

  private static String raw(RunningServer server, String host) {
    return server.raw("GET /nothing HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
  }

  private static int bearer(String token) {
    return bearer(server, token);
  }

  private static int bearer(RunningServer server, String token) {
    return server.get("/nothing", "Authorization", "Bearer " + token).status();
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .subject("alice")
        .issuer("https://id.example")
        .audience("estat")
        .expirationTime(Date.from(Instant.now().plusSeconds(600)));
  }

  private static String hs256(JWTClaimsSet.Builder claims) throws JOSEException {
    return signed(claims, JWSAlgorithm.HS256, new MACSigner(SECRET));
  }

  private static String signed(
      JWTClaimsSet.Builder claims, JWSAlgorithm algorithm, JWSSigner signer) throws JOSEException {
    var token = new SignedJWT(new JWSHeader(algorithm), claims.build());
    token.sign(signer);
    return token.serialize();
  }
}
