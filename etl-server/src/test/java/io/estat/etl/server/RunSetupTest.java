package io.estat.etl.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.server.config.ConfigException;
import io.estat.etl.server.config.ConfigReader;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RunSetupTest {
  @ParameterizedTest
  @CsvSource({
    "file:///tmp/landed, 10, 67108864, 1",
    "file:///tmp/landed, 60, 67108864, 10",
    "s3://bucket, 60, 67108864, 2",
    "s3://bucket, 60, 26214400, 1",
    "s3://bucket, 60, 1073741824, 10",
  })
  void beginsNoMoreJobsThanFindTheirSessionsAndRoomInTheBuffer(
      String store, String poolMax, String bufferBytes, int jobs) throws ConfigException {
    Map<String, String> environment =
        Map.of(
            "SOURCE_URL", "jdbc:h2:mem:shop",
            "STORE_URL", store,
            "SOURCE_POOL_MAX", poolMax,
            "ETL_BUFFER_BYTES", bufferBytes);
    assertThat(RunSetup.jobsAtOnce(ConfigReader.read(null, environment))).isEqualTo(jobs);
  }
}
