package io.estat.etl.server.security;

import io.estat.etl.server.config.EtlConfig;
import io.estat.etl.server.config.Role;
import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.error.ErrorCode;
import io.estat.etl.server.error.ErrorWriter;
import io.github.bucket4j.TimeMeter;
import jakarta.servlet.DispatcherType;
import java.util.List;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.firewall.StrictHttpFirewall;

/** Which role each path needs. Nothing is kept between requests: no session, no cookie. */
@Configuration(proxyBeanMethods = false)
class SecuritySetup {
  /** Open to everybody, and not counted. */
  static final Set<String> PROBES = Set.of("/health", "/api/health", "/api/ready");

  private static final String[] DOCS = {"/v3/api-docs/**", "/v3/api-docs.yaml", "/swagger-ui/**"};
  private static final String[] ROWS = {"/api/tables/*/sample", "/api/sample"};

  @Bean
  SecurityFilterChain filters(HttpSecurity http, EtlConfig config, ErrorWriter errors) {
    boolean local = config.server().isLoopback();
    var callers =
        new CallerFilter(
            config.auth(),
            local ? new LocalPages(config.allowedOrigins()) : null,
            new RateLimiter(config.rateLimit(), TimeMeter.SYSTEM_NANOTIME),
            errors);
    return http.csrf(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .anonymous(AbstractHttpConfigurer::disable)
        .sessionManagement(s -> s.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .cors(AbstractHttpConfigurer::disable)
        .addFilter(AllowedOrigins.filter(config.allowedOrigins(), errors))
        .addFilterBefore(callers, AnonymousAuthenticationFilter.class)
        .authorizeHttpRequests(
            requests -> {
              requests
                  .dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR)
                  .permitAll();
              requests.requestMatchers(PROBES.toArray(String[]::new)).permitAll();
              if (config.auth().openMetrics()) {
                requests.requestMatchers("/metrics").permitAll();
              }
              if (config.auth().openDocs()) {
                requests.requestMatchers(DOCS).permitAll();
              }
              requests.requestMatchers(ROWS).hasAuthority(Role.OPERATE.scope());
              for (var safe : List.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS)) {
                requests.requestMatchers(safe).hasAuthority(Role.READ.scope());
              }
              requests.anyRequest().hasAuthority(Role.OPERATE.scope());
            })
        .exceptionHandling(
            refusals ->
                refusals
                    .authenticationEntryPoint(
                        (request, response, e) ->
                            errors.write(
                                request,
                                response,
                                CallerFilter.unauthenticated("credentials are missing")))
                    .accessDeniedHandler(
                        (request, response, e) ->
                            errors.write(
                                request,
                                response,
                                new ApiException(
                                    ErrorCode.FORBIDDEN,
                                    "the role of this caller does not allow it; reading needs"
                                        + " estat:read, everything else estat:operate"))))
        .build();
  }

  /** Any method may come this far: that a path does not have it is told with a 405. */
  @Bean
  HttpFirewall firewall() {
    var firewall = new StrictHttpFirewall();
    firewall.setUnsafeAllowAnyHttpMethod(true);
    return firewall;
  }

  @Bean
  RequestRejectedHandler rejected(ErrorWriter errors) {
    return (request, response, e) ->
        errors.write(
            request,
            response,
            new ApiException(
                ErrorCode.INVALID_REQUEST,
                "the path or a header has characters that are not allowed there; names with a slash,"
                    + " backslash, semicolon or percent sign go into the query:"
                    + " /api/columns?table=, /api/sample?table="));
  }
}
