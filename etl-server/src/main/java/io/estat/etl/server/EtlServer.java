package io.estat.etl.server;

import io.estat.etl.server.config.ConfigException;
import io.estat.etl.server.config.ConfigReader;
import io.estat.etl.server.config.EtlConfig;
import io.estat.etl.server.log.JsonLines;
import io.estat.etl.server.log.LogMask;
import io.estat.etl.server.log.PlainLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;

/**
 * The ETL server's process: reads the configuration, starts the parts, and leaves the rest to the
 * signal that ends it. Exit code 2: the configuration cannot be used; 1: something else is in the
 * way of the start. Both are told on standard error, by a sentence each.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class EtlServer {
  private static final Path DEFAULT_FILE = Path.of("config.yaml");
  private static final String USAGE =
      """
      Usage: estat etl [--config FILE]
      Starts the ETL server. Settings stand in FILE (default: config.yaml, if there is one) and in
      the environment, which wins.""";

  public static void main(String[] args) {
    if (args.length == 1 && (args[0].equals("--help") || args[0].equals("-h"))) {
      System.out.println(USAGE);
      return;
    }
    Path file;
    try {
      file = file(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n" + USAGE);
      System.exit(2);
      return;
    }
    try {
      EtlConfig config = ConfigReader.read(file, System.getenv());
      stopOnSignal(start(config));
      LoggerFactory.getLogger(EtlServer.class)
          .info("settings: {}", ConfigReader.given(file, System.getenv()));
    } catch (ConfigException e) {
      System.err.println("The configuration cannot be used:");
      e.problems().forEach(problem -> System.err.println("  " + problem));
      System.exit(2);
    } catch (StartException e) {
      LoggerFactory.getLogger(EtlServer.class).debug("start", e);
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  /** A signal closes the server, and the process ends with 0: the JVM's own code would be 143. */
  public static void stopOnSignal(ConfigurableApplicationContext server) {
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("shutdown")
                .unstarted(
                    () -> {
                      server.close();
                      Runtime.getRuntime().halt(0);
                    }));
  }

  /**
   * Starts a server; closing the context stops it.
   *
   * @throws ConfigException if a setting turns out to be of no use
   * @throws StartException if something else is in the way; nothing of the server is left
   */
  public static ConfigurableApplicationContext start(EtlConfig config) throws ConfigException {
    return start(config, beans -> {});
  }

  /**
   * @param more parts that take the place of those that are there by default
   */
  static ConfigurableApplicationContext start(
      EtlConfig config, Consumer<ConfigurableListableBeanFactory> more) throws ConfigException {
    var application = new SpringApplication(EtlServer.class);
    application.setEnvironment(environment(config));
    application.setRegisterShutdownHook(false);
    application.addInitializers(
        context -> {
          ConfigurableListableBeanFactory beans = context.getBeanFactory();
          beans.registerSingleton("etlConfig", config);
          more.accept(beans);
        });
    try {
      return application.run();
    } catch (RuntimeException e) {
      Optional<ConfigException> useless = StartException.find(e, ConfigException.class);
      if (useless.isPresent()) {
        throw useless.get();
      }
      throw StartException.of(e, config);
    }
  }

  private static @Nullable Path file(String[] args) {
    if (args.length == 0) {
      return Files.exists(DEFAULT_FILE) ? DEFAULT_FILE : null;
    }
    if (args.length == 2 && args[0].equals("--config")) {
      return Path.of(args[1]);
    }
    if (args.length == 1 && args[0].startsWith("--config=")) {
      return Path.of(args[0].substring("--config=".length()));
    }
    throw new IllegalArgumentException("Unknown arguments: " + String.join(" ", args));
  }

  /**
   * Spring sees what follows from the configuration and the fixed file, and nothing else: a stray
   * {@code SPRING_...} variable would be a setting that nobody checks.
   */
  private static ConfigurableEnvironment environment(EtlConfig config) {
    var environment = new StandardEnvironment();
    MutablePropertySources sources = environment.getPropertySources();
    sources.remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
    sources.remove(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
    sources.addFirst(new MapPropertySource("estat", properties(config)));
    return environment;
  }

  private static Map<String, Object> properties(EtlConfig config) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("spring.config.location", "classpath:/etl-server.yaml");
    properties.put("server.address", config.server().host().getHostAddress());
    properties.put("server.port", config.server().port());
    properties.put(
        "spring.lifecycle.timeout-per-shutdown-phase",
        config.server().shutdownTimeout().toMillis() + "ms");
    properties.put("logging.level.io.estat", config.app().logLevel());
    properties.put(
        "logging.structured.format.console",
        (config.app().logPretty() ? PlainLines.class : JsonLines.class).getName());
    properties.put(
        LogMask.SECRETS,
        config.secrets().stream().map(secret -> secret.value()).toArray(String[]::new));
    return properties;
  }
}
