package io.estat.etl.server.web;

import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobId;
import io.estat.etl.server.events.EventSink;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes server-sent events (WHATWG HTML, 9.2). An event that is not kept has no id: a client that
 * comes back asks for what followed the last one that is.
 */
final class EventWriter implements EventSink {
  /** How long a browser waits before it comes back. */
  private static final int RETRY_MILLIS = 2000;

  private final OutputStream out;
  private final JsonMapper json;

  EventWriter(OutputStream out, JsonMapper json) {
    this.out = out;
    this.json = json;
  }

  /** Sends the first event, so that the client knows at once that it is heard. */
  void connected(JobEventView.Connected state) throws IOException {
    write("retry: " + RETRY_MILLIS + "\n");
    write(null, "connected", state);
    flush();
  }

  @Override
  public void event(JobId job, long seq, JobEvent event) throws IOException {
    String id = seq == 0 ? null : EventId.text(job, seq);
    write(id, event.name(), JobEventView.of(job, event));
  }

  private void write(@Nullable String id, String name, JobEventView data) throws IOException {
    if (id != null) {
      write("id: " + id + "\n");
    }
    // Jackson writes no line ends, so that the data is one line.
    write("event: " + name + "\ndata: " + json.writeValueAsString(data) + "\n\n");
  }

  @Override
  public void heartbeat() throws IOException {
    write(": heartbeat\n\n");
    flush();
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
