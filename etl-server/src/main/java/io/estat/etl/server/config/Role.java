package io.estat.etl.server.config;

import java.util.Locale;
import java.util.Optional;

/** What a caller may do. Each role may do what the ones before it may. */
public enum Role {
  /** Look at everything but rows. */
  READ,
  /** Change transports, run and cancel jobs, see first rows. */
  OPERATE;

  /** As in a JWT's scope: {@code estat:read}. */
  public String scope() {
    return "estat:" + name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Role> ofName(String name) {
    return switch (name) {
      case "read" -> Optional.of(READ);
      case "operate" -> Optional.of(OPERATE);
      default -> Optional.empty();
    };
  }
}
