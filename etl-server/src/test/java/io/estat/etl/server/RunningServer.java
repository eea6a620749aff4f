package io.estat.etl.server;

import io.estat.etl.server.config.ConfigException;
import io.estat.etl.server.config.ConfigReader;
import io.estat.etl.server.log.SecretsInLogs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole server on a free port, with databases and a store of its own. */
public final class RunningServer implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final ConfigurableApplicationContext context;
  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;

  private RunningServer(Map<String, String> settings, @Nullable Object part) {
    SecretsInLogs.keepOut(settings);
    try {
      this.context =
          EtlServer.start(
              ConfigReader.read(null, settings),
              beans -> {
                if (part != null) {
                  beans.registerSingleton("ofTheTest", part);
                }
              });
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e);
    }
    this.port =
        Integer.parseInt(String.valueOf(context.getEnvironment().getProperty("local.server.port")));
  }

  /**
   * @param folder for what it lands
   * @param settings pairs of name and value, which win over the test's own
   */
  public static RunningServer start(Path folder, String... settings) {
    return startWith(null, folder, settings);
  }

  /**
   * @param part takes the place of one that is there by default
   */
  public static RunningServer startWith(@Nullable Object part, Path folder, String... settings) {
    String id = UUID.randomUUID().toString();
    Map<String, String> all = new HashMap<>();
    all.put("SERVER_PORT", "0");
    all.put("SOURCE_URL", "jdbc:h2:mem:source-" + id + ";DB_CLOSE_DELAY=-1");
    all.put("STORE_URL", folder.resolve("landed").toUri().toString());
    all.put("REPOSITORY_URL", "jdbc:h2:mem:repository-" + id + ";DB_CLOSE_DELAY=-1");
    all.put("RATE_LIMIT_ENABLED", "false");
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    return new RunningServer(all, part);
  }

  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  public int port() {
    return port;
  }

  public URI url(String path) {
    return URI.create("http://localhost:" + port + path);
  }

  public Answer get(String path, String... headers) {
    return send("GET", path, null, headers);
  }

  /**
   * @param body null: none; with a body the type is JSON, if the headers name no other
   */
  public Answer send(String method, String path, @Nullable String body, String... headers) {
    var request = HttpRequest.newBuilder(url(path));
    if (body != null) {
      request.setHeader("Content-Type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
      if (headers[i].equals("X-API-Key") || headers[i].equals("Authorization")) {
        SecretsInLogs.keepOut(headers[i + 1].replaceFirst("^(Bearer|Basic) ", ""));
      }
    }
    request.method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    try {
      return new Answer(client.send(request.build(), BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What comes back for these bytes, up to the end of the connection. */
  public String raw(String request) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    client.close();
    context.close();
  }

  /** An answer with its body read. */
  public record Answer(HttpResponse<String> http) {
    public int status() {
      return http.statusCode();
    }

    public String body() {
      return http.body();
    }

    public String header(String name) {
      return http.headers().firstValue(name).orElse("");
    }

    public JsonNode json() {
      return JSON.readTree(http.body());
    }

    public String code() {
      return json().path("code").asString("");
    }

    public String message() {
      return json().path("message").asString("");
    }
  }
}
