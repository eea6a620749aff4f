package io.estat.ingest.config;

import static io.estat.ingest.config.Setting.*;

import io.estat.ingest.http.CidrSet;
import io.estat.ingest.http.ClientAddress;
import io.estat.ingest.http.ClientAddress.Mode;
import io.estat.ingest.http.LineConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/** What of a request goes into the event line, and whose word is taken for the client's address. */
final class LineReader {
  /** Loopback, private, link-local and unique-local ranges, and the shared one of RFC 6598. */
  private static final List<String> PRIVATE_RANGES =
      List.of(
          "127.0.0.0/8",
          "10.0.0.0/8",
          "172.16.0.0/12",
          "192.168.0.0/16",
          "169.254.0.0/16",
          "100.64.0.0/10",
          "::1/128",
          "fc00::/7",
          "fe80::/10");

  private final Values values;

  LineReader(Values values) {
    this.values = values;
  }

  LineConfig read() {
    Mode mode =
        values.oneOf(
            IP_MODE,
            value ->
                switch (value) {
                  case "full" -> Mode.FULL;
                  case "truncate" -> Mode.TRUNCATE;
                  case "none" -> Mode.NONE;
                  default -> null;
                },
            Mode.FULL);
    String header =
        values.oneOf(
            IP_HEADER,
            value ->
                switch (value) {
                  case "x-forwarded-for", "cloudfront-viewer-address", "none" -> value;
                  default -> null;
                },
            "none");
    var address = new ClientAddress(mode, header.equals("none") ? null : header, trusted());
    List<String> headers = collectedHeaders();
    checkHeaders(headers);
    return new LineConfig(address, values.flag(COLLECT_COOKIE), headers);
  }

  private CidrSet trusted() {
    try {
      return new CidrSet(
          values.isSet(TRUSTED_PROXIES) ? proxies(values.text(TRUSTED_PROXIES)) : PRIVATE_RANGES);
    } catch (IllegalArgumentException e) {
      values.problem("TRUSTED_PROXIES: " + e.getMessage());
    } catch (IOException e) {
      values.problem("TRUSTED_PROXIES=" + values.text(TRUSTED_PROXIES) + ": cannot read it: " + e);
    }
    return new CidrSet(List.of());
  }

  private List<String> proxies(String text) throws IOException {
    if (!text.startsWith("@")) {
      return values.list(TRUSTED_PROXIES);
    }
    return Files.readAllLines(Path.of(text.substring(1))).stream()
        .map(line -> line.replaceFirst("#.*", "").strip())
        .filter(line -> !line.isEmpty())
        .toList();
  }

  private List<String> collectedHeaders() {
    return values.list(COLLECT_HEADERS).stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .toList();
  }

  private void checkHeaders(List<String> names) {
    for (String name : names) {
      if (!name.matches("[a-z0-9!#$%&'*+.^_`|~-]+")) {
        values.problem("COLLECT_HEADERS: '" + name + "' is no header name");
      }
    }
    if (new HashSet<>(names).size() < names.size()) {
      values.problem("COLLECT_HEADERS=" + names + ": each name only once, whatever its case");
    }
  }
}
