package io.estat.ingest.http;

import java.util.List;

/**
 * What of a request goes into the event line beside the body.
 *
 * @param clientAddress decides on the {@code ip} field
 * @param cookie whether the Cookie header is kept
 * @param headers further headers to keep, in lower case, in the order of the line
 */
public record LineConfig(ClientAddress clientAddress, boolean cookie, List<String> headers) {
  public LineConfig {
    headers = List.copyOf(headers);
  }
}
