package io.estat.ingest.config;

import io.estat.ingest.batch.BatchLimits;
import io.estat.ingest.dlq.DlqConfig;
import io.estat.ingest.http.HttpConfig;
import io.estat.ingest.http.LineConfig;
import io.estat.ingest.upload.UploadConfig;
import io.estat.storage.StoreSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Everything the ingest server is told, valid as a whole: made by {@link ConfigReader} from the
 * environment.
 *
 * @param instanceId the readable part of object names
 * @param storeUrl {@code s3://bucket} or {@code file:///folder}
 * @param journalFolder where events are kept before they are acknowledged; null with {@code
 *     ACK=memory}
 * @param drainDelay how long the listener stays open after the signal
 * @param shutdownTimeout bound of the whole shutdown
 * @param log what is logged and how
 */
public record IngestConfig(
    String instanceId,
    URI storeUrl,
    StoreSettings store,
    HttpConfig http,
    LineConfig line,
    BatchLimits batch,
    UploadConfig upload,
    DlqConfig dlq,
    @Nullable Path journalFolder,
    Duration drainDelay,
    Duration shutdownTimeout,
    Log log) {

  /**
   * Logging.
   *
   * @param level lower case: trace, debug, info, warn, error
   * @param pretty lines for people instead of JSON
   * @param sampleN 1 in so many info and debug lines
   */
  public record Log(String level, boolean pretty, int sampleN) {}
}
