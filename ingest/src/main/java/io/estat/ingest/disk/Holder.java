package io.estat.ingest.disk;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;

/** What a server writes of itself into the folder it holds, for the one that is refused. */
public final class Holder {
  private Holder() {}

  /**
   * One line of JSON.
   *
   * @param instance this life's part of batch names
   */
  public static String json(String instance, Instant started) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("pid", ProcessHandle.current().pid());
      json.writeStringField("host", host());
      json.writeStringField("instance", instance);
      json.writeStringField("started", started.toString());
      json.writeEndObject();
    }
    return text.toString();
  }

  private static String host() {
    String fromShell = System.getenv("HOSTNAME");
    if (fromShell != null && !fromShell.isEmpty()) {
      return fromShell;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
