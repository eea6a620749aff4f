package io.estat.etl.server.store;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.LandedObject;
import io.estat.etl.domain.TableOptions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is kept as JSON text, because it is only ever read whole. Fields that a newer version wrote
 * are passed over.
 */
final class StoredJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .changeDefaultVisibility(
              visible -> visible.withIsGetterVisibility(JsonAutoDetect.Visibility.NONE))
          .build();

  private StoredJson() {}

  static String write(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  static @Nullable String writeNullable(@Nullable Object value) {
    return value == null ? null : write(value);
  }

  static List<String> strings(String json) {
    return MAPPER.readValue(json, new TypeReference<>() {});
  }

  static Map<String, TableOptions> tableOptions(String json) {
    return MAPPER.readValue(json, new TypeReference<>() {});
  }

  static List<LandedObject> objects(String json) {
    return MAPPER.readValue(json, new TypeReference<>() {});
  }

  static @Nullable Failure failure(@Nullable String json) {
    return json == null ? null : MAPPER.readValue(json, Failure.class);
  }

  /**
   * @param name of the event, see {@link JobEvent#name()}
   */
  static JobEvent event(String name, String json) {
    return MAPPER.readValue(json, eventType(name));
  }

  private static Class<? extends JobEvent> eventType(String name) {
    return switch (name) {
      case "job_started" -> JobEvent.JobStarted.class;
      case "extraction_started" -> JobEvent.ExtractionStarted.class;
      case "extraction_progress" -> JobEvent.Progress.class;
      case "extraction_completed" -> JobEvent.ExtractionCompleted.class;
      case "extraction_failed" -> JobEvent.ExtractionFailed.class;
      case "waiting" -> JobEvent.Waiting.class;
      case "job_completed" -> JobEvent.JobCompleted.class;
      case "job_failed" -> JobEvent.JobFailed.class;
      case "job_cancelled" -> JobEvent.JobCancelled.class;
      default -> throw new IllegalStateException("the job store has an event '" + name + "'");
    };
  }
}
