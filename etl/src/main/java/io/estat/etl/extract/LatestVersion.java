package io.estat.etl.extract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code _latest.json}, which names the manifest of the newest completed version: the only object
 * that is ever replaced, and never by one of an older version.
 */
final class LatestVersion {
  private static final Logger LOG = LoggerFactory.getLogger(LatestVersion.class);
  private static final String VERSION = "version";

  private final JobOrder order;
  private final JobFiles files;

  LatestVersion(JobOrder order, JobFiles files) {
    this.order = order;
    this.files = files;
  }

  /**
   * Names the job's version, if it is to be named. A job that has its manifest is completed: if the
   * store takes it but not this, that is for the log, and the next completed version is named.
   */
  void name(String manifestKey, Instant completedAt)
      throws ClaimLostException, InterruptedException {
    String key = order.latestKey();
    if (key == null) {
      return;
    }
    try {
      boolean named =
          files.replace(
              key, there -> version(there) <= order.version(), write(manifestKey, completedAt));
      if (!named) {
        LOG.warn("{} names a later version than {} and was left as it is", key, order.version());
      }
    } catch (ExtractException e) {
      LOG.warn(
          "job {} is completed, but {} does not name its version {}: {}",
          order.job(),
          key,
          order.version(),
          e.failure().message());
    }
  }

  private byte[] write(String manifestKey, Instant completedAt) {
    return JsonText.pretty(
        json -> {
          json.writeStartObject();
          json.writeNumberField("format_version", 1);
          json.writeNumberField(VERSION, order.version());
          json.writeStringField("job", order.job().value());
          json.writeStringField("manifest", manifestKey);
          json.writeStringField("completed_at", completedAt.toString());
          json.writeEndObject();
        });
  }

  /** Which one is named; 0 where that cannot be read. */
  private static int version(byte[] there) {
    try (JsonParser json = JsonText.parser(there)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        boolean here =
            json.getParsingContext().getParent() != null
                && json.getParsingContext().getParent().inRoot()
                && VERSION.equals(json.currentName());
        if (here && token == JsonToken.VALUE_NUMBER_INT) {
          return json.getIntValue();
        }
      }
      return 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
