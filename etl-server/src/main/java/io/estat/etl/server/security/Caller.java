package io.estat.etl.server.security;

import io.estat.etl.server.config.Role;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/**
 * Who sent a request, as far as it proved.
 *
 * <p>Its name is the principal of rate limits and of idempotency keys: {@code key:ci}, {@code
 * jwt:alice}, {@code anonymous}.
 */
public final class Caller extends AbstractAuthenticationToken {
  private static final long serialVersionUID = 1L;

  /** Of a server that asks nobody who it is. */
  static final Caller ANONYMOUS = new Caller("anonymous", Role.OPERATE);

  private final String name;

  /**
   * @param role null: known, and may do nothing
   */
  Caller(String name, @Nullable Role role) {
    super(authorities(role));
    this.name = name;
    super.setAuthenticated(true);
  }

  private static List<GrantedAuthority> authorities(@Nullable Role role) {
    return Arrays.stream(Role.values())
        .filter(lower -> role != null && lower.compareTo(role) <= 0)
        .<GrantedAuthority>map(lower -> new SimpleGrantedAuthority(lower.scope()))
        .toList();
  }

  @Override
  public String getName() {
    return name;
  }

  @Override
  public Object getPrincipal() {
    return name;
  }

  @Override
  public Object getCredentials() {
    return "";
  }
}
