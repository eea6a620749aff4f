package io.estat.etl.server;

import io.estat.etl.server.config.EtlConfig;
import io.estat.etl.server.config.Secret;
import io.estat.etl.server.log.LogMask;
import io.estat.etl.server.store.StoreOpenException;
import java.net.BindException;
import java.util.Optional;
import org.springframework.boot.web.server.PortInUseException;

/**
 * The server cannot start although its settings can be read. The message is one sentence without a
 * secret, for whoever started it: what is in the way, and what to do.
 */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private StartException(String message, Throwable cause) {
    super(message, cause);
  }

  static StartException of(RuntimeException failure, EtlConfig config) {
    String message = mask(config).apply(sentence(failure, config));
    return new StartException(message.replaceAll("\\s+", " ").strip(), failure);
  }

  private static LogMask mask(EtlConfig config) {
    return new LogMask(config.secrets().stream().map(Secret::value).toList());
  }

  private static String sentence(RuntimeException failure, EtlConfig config) {
    Optional<StoreOpenException> jobStore = find(failure, StoreOpenException.class);
    if (jobStore.isPresent()) {
      return String.valueOf(jobStore.get().getMessage());
    }
    if (find(failure, PortInUseException.class).isPresent()) {
      return "another process listens on %s: stop it, or set server.port (SERVER_PORT) to another port"
          .formatted(address(config));
    }
    Optional<BindException> refused = find(failure, BindException.class);
    if (refused.isPresent()) {
      return "cannot listen on %s: %s; server.host (SERVER_HOST) must be an address of this machine, and a server.port (SERVER_PORT) below 1024 needs a right of the system"
          .formatted(address(config), refused.get().getMessage());
    }
    Throwable deepest = failure;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return "the server cannot start: %s; with app.log_level (APP_LOG_LEVEL) debug the log says where"
        .formatted(deepest);
  }

  private static String address(EtlConfig config) {
    return config.server().host().getHostAddress() + ":" + config.server().port();
  }

  /** What of this kind stands in the chain of causes. */
  static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> type) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return Optional.of(type.cast(t));
      }
    }
    return Optional.empty();
  }
}
