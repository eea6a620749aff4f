package io.estat.ingest.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Variables that were meant for this server, told from those of others. */
class LookAlikesTest {
  @ParameterizedTest
  @CsvSource({
    "BATCHSIZE,BATCH_SIZE",
    "batch_size,BATCH_SIZE",
    "BATCH-SIZE,BATCH_SIZE",
    "BATCH_SIZES,BATCH_SIZE",
    "FLUSH_INTERVALL,FLUSH_INTERVAL",
    "S3_TIME_OUT,S3_TIMEOUT",
    "S3_APP_RETRYS,S3_APP_RETRIES",
    "CORS_ORIGIN,CORS_ORIGINS",
    "WRITE_KEY,WRITE_KEYS",
    "TRUSTED_PROXY,TRUSTED_PROXIES",
    "COLLECT_HEADER,COLLECT_HEADERS",
    "DLQ_MAX_SIZE_BYTE,DLQ_MAX_SIZE_BYTES",
    "DLQDIR,DLQ_DIR",
    "HTTPADDR,HTTP_ADDR",
    "MEMORY_BUDGET_BYTE,MEMORY_BUDGET_BYTES",
  })
  void namesTheSettingThatWasProbablyMeant(String name, String setting) {
    assertThat(LookAlikes.problems(Map.of(name, "1")))
        .containsExactly(name + " is not a setting; did you mean " + setting + "?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PATH",
        "HOME",
        "HOSTNAME",
        "PWD",
        "OLDPWD",
        "SHLVL",
        "SHELL",
        "USER",
        "LANG",
        "LC_ALL",
        "TERM",
        "TZ",
        "TMPDIR",
        "JAVA_HOME",
        "JAVA_TOOL_OPTIONS",
        "JDK_JAVA_OPTIONS",
        "MAIL",
        "_",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_ROLE_ARN",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_PROFILE",
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_S3",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "ECS_CONTAINER_METADATA_URI_V4",
        "AWS_STS_REGIONAL_ENDPOINTS",
        "AWS_MAX_ATTEMPTS",
        "KUBERNETES_SERVICE_HOST",
        "KUBERNETES_SERVICE_PORT",
        "KUBERNETES_PORT_443_TCP_ADDR",
        "INGEST_PORT_8080_TCP_ADDR",
        "STORE_PORT",
        "HTTP_PORT",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "http_proxy",
        "no_proxy",
        "LOG_DIR",
        "LOG_FORMAT",
        "LOG_FILE",
        "LOGNAME",
        "DLQ_URL",
        "DLQ_TOPIC",
        "BATCH_ID",
        "BATCH_JOB_ID",
        "AWS_BATCH_JOB_ID",
        "BUCKET",
        "STATUS_URL",
        "SSL_CERT_FILE",
        "TLS_CA_FILE",
        "INSTANCE_TYPE",
        "IP",
        "ACKS",
        "MODE",
        "MINIO_ROOT_USER",
        "S3_BUCKET",
        "S3_REGION",
        "DATABASE_URL",
        "STORAGE_URL",
        "MAX_HEAP_SIZE",
        "MALLOC_ARENA_MAX",
        "SHUTDOWN_HOOK",
        "COLLECTOR_URL",
        "GZIP",
        "UPLOAD_DIR",
        "MEMORY_LIMIT"
      })
  void leavesOtherPeoplesVariablesAlone(String name) {
    assertThat(LookAlikes.problems(Map.of(name, "1"))).isEmpty();
  }

  @Test
  void noSettingIsTakenForAnother() {
    Map<String, String> all =
        Arrays.stream(Setting.values()).collect(Collectors.toMap(Enum::name, setting -> "1"));
    assertThat(LookAlikes.problems(all)).isEmpty();
  }
}
