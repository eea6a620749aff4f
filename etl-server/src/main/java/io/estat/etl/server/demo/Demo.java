package io.estat.etl.server.demo;

import io.estat.etl.domain.Transport;
import io.estat.etl.server.EtlServer;
import io.estat.etl.server.StartException;
import io.estat.etl.server.config.ConfigException;
import io.estat.etl.server.config.ConfigReader;
import io.estat.etl.server.store.TransportCreation;
import io.estat.etl.server.store.TransportDefinition;
import io.estat.etl.server.store.TransportStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An ETL server to look at: the sample shop as its source, a folder as its store. The environment
 * wins over each of its settings.
 */
public final class Demo {
  private Demo() {}

  /**
   * Starts the server, which runs until a signal comes, and tells what a newcomer should try, or
   * why it cannot start.
   *
   * @param data where everything is kept
   * @param port 0: a free one
   * @return 0, or the exit code: 1 cannot start, 2 the environment holds a setting that cannot be
   *     used
   */
  public static int run(
      Path data, int port, Map<String, String> environment, PrintWriter out, PrintWriter err)
      throws IOException, SQLException {
    try {
      out.println(start(data, port, environment));
      out.flush();
      return 0;
    } catch (StartException e) {
      err.println(e.getMessage());
      return 1;
    } catch (ConfigException e) {
      err.println(e.getMessage());
      return 2;
    }
  }

  private static String start(Path data, int port, Map<String, String> environment)
      throws ConfigException, IOException, SQLException {
    Path home = data.resolve(".etl");
    Path shop = home.resolve("shop");
    SampleShop.create(shop);
    Map<String, String> settings = settings(data, home, shop, port, environment);
    ConfigurableApplicationContext server = EtlServer.start(ConfigReader.read(null, settings));
    EtlServer.stopOnSignal(server);
    Transport transport = transport(server.getBean(TransportStore.class));
    String url =
        "http://localhost:" + server.getEnvironment().getRequiredProperty("local.server.port");
    String store = String.valueOf(settings.get("STORE_URL"));
    String landed = store.equals(folderUrl(data)) ? "estat-data" : store.replaceFirst("/+$", "");
    return welcome(url, landed, transport);
  }

  private static Map<String, String> settings(
      Path data, Path home, Path shop, int port, Map<String, String> environment) {
    Map<String, String> settings = new HashMap<>();
    settings.put("SERVER_PORT", Integer.toString(port));
    settings.put("APP_LOG_PRETTY", "true");
    settings.put("APP_LOG_LEVEL", "warn");
    settings.put("SOURCE_URL", SampleShop.url(shop));
    settings.put("SOURCE_USERNAME", SampleShop.USER);
    settings.put("SOURCE_PASSWORD", SampleShop.PASSWORD);
    settings.put("SOURCE_DEFAULT_OWNER", SampleShop.OWNER);
    String bucket = environment.get("RAW_BUCKET");
    settings.put("STORE_URL", bucket == null ? folderUrl(data) : "s3://" + bucket);
    settings.put("REPOSITORY_URL", "jdbc:h2:" + home.resolve("jobs").toAbsolutePath());
    settings.putAll(environment);
    return settings;
  }

  /** Without the slash at the end that {@link Path#toUri} adds as soon as the folder is there. */
  private static String folderUrl(Path folder) {
    return folder.toUri().toString().replaceFirst("/+$", "");
  }

  /** The one over the whole shop, from this start or an earlier one. */
  private static Transport transport(TransportStore transports) {
    List<Transport> there = transports.page(0, 1).items();
    if (!there.isEmpty()) {
      return there.getFirst();
    }
    var definition =
        new TransportDefinition(
            "Sample shop",
            "Every table of the demo's database.",
            Transport.DEFAULT_SOURCE,
            SampleShop.TABLES,
            Map.of(),
            true,
            null);
    return switch (transports.create(definition, null)) {
      case TransportCreation.Created created -> created.transport();
      case TransportCreation.Repeated repeated -> repeated.transport();
      case TransportCreation.KeyUsedOtherwise _ ->
          throw new IllegalStateException("no key was given");
    };
  }

  /**
   * @param landed what {@code estat cat} calls the store
   */
  private static String welcome(String url, String landed, Transport transport) {
    String id = transport.id().value();
    String api = url + "/api/transports/" + id;
    return """

          Estat copies tables at %s (source: a sample shop of %d tables)
          API      %s/swagger-ui

          Three things to try:
          1. curl -N %s/status     (in another terminal: every step, live)
          2. curl -X POST %s/execute
          3. ./estat cat %s/%s/v001/CUSTOMERS.jsonl.gz
        """
        .formatted(url, transport.tables().size(), url, api, api, landed, id);
  }
}
