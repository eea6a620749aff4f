package io.estat.etl.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.server.RunningServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a stream as it comes, as a browser would. */
final class EventClient implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonMapper JSON = new JsonMapper();
  private static final Event END = new Event(null, "end of stream", "");

  /**
   * @param name {@code comment}: it is one
   */
  record Event(@Nullable String id, String name, String data) {
    JsonNode json() {
      return JSON.readTree(data);
    }
  }

  private final HttpResponse<InputStream> answer;
  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();

  private EventClient(HttpResponse<InputStream> answer) {
    this.answer = answer;
    Thread.ofVirtual().start(this::read);
  }

  static EventClient open(RunningServer server, String path, String... headers) {
    var request = HttpRequest.newBuilder(server.url(path));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      var client = new EventClient(HTTP.send(request.build(), BodyHandlers.ofInputStream()));
      assertThat(client.answer.statusCode()).isEqualTo(200);
      return client;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void read() {
    try (var lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      String id = null;
      String name = "message";
      String data = null;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int colon = line.indexOf(": ");
        String value = line.isEmpty() ? "" : line.substring(colon + 2);
        switch (line.isEmpty() ? "" : line.substring(0, colon)) {
          case "" -> {
            if (line.startsWith(":")) {
              events.add(new Event(null, "comment", value));
            } else if (data != null) {
              events.add(new Event(id, name, data));
            }
            id = null;
            name = "message";
            data = null;
          }
          case "id" -> id = value;
          case "event" -> name = value;
          case "data" -> data = value;
          case "retry" -> assertThat(value).isEqualTo("2000");
          default -> throw new IllegalStateException("a line that is none: " + line);
        }
      }
      events.add(END);
    } catch (IOException | RuntimeException e) {
      events.add(new Event(null, "broken stream", String.valueOf(e)));
    }
  }

  String header(String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  Event next() {
    try {
      return Objects.requireNonNull(
          events.poll(1, TimeUnit.MINUTES), "nothing came within a minute");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The next one, which must be of this name. */
  Event next(String name) {
    Event event = next();
    assertThat(event.name()).as(event.toString()).isEqualTo(name);
    return event;
  }

  /** All that comes until the stream ends as it should. */
  List<Event> rest() {
    var all = new ArrayList<Event>();
    for (Event event = next(); !event.equals(END); event = next()) {
      assertThat(event.name()).as(event.data()).isNotEqualTo("broken stream");
      all.add(event);
    }
    return all;
  }

  void requireEnd() {
    next(END.name());
  }

  @Override
  public void close() {
    try {
      answer.body().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
