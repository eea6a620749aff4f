package io.estat.etl.server.landed;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.server.RunningServer;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectStores;
import io.estat.storage.StoreSettings;
import io.estat.testkit.FakeGcsServer;
import io.estat.testkit.MariaDbServer;
import io.estat.testkit.MinioServer;
import io.estat.testkit.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two million rows in more than twenty tables, of every built-in type, from real databases through
 * the server's API into real stores, and back into a second schema: the database finds no
 * difference.
 */
final class LandedEqualsSourceIT {
  private static final String BUCKET = "landing";
  private static final String REGION = "us-east-1";
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final int MILLION = 1_000_000;

  @TempDir static Path folder;

  @SuppressWarnings("NullAway.Init") // opened before all
  private static MinioServer minio;

  @SuppressWarnings("NullAway.Init") // opened before all
  private static FakeGcsServer gcs;

  @BeforeAll
  static void startStores() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    minio = new MinioServer(folder.resolve("minio"));
    minio.createBucket(BUCKET);
    minio.start();
    System.setProperty("aws.accessKeyId", MinioServer.USER);
    System.setProperty("aws.secretAccessKey", MinioServer.PASSWORD);
    gcs = new FakeGcsServer(folder.resolve("gcs"));
    gcs.createBucket(BUCKET);
  }

  @AfterAll
  static void stopStores() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
    minio.close();
    gcs.close();
  }

  @Test
  void everyRowOfPostgresqlLandsAsItIs() throws Exception {
    PostgresServer.Database source = PostgresServer.shared().createDatabase();
    fill(source.connect(), "postgresql.sql");
    List<String> settings =
        List.of(
            "SOURCE_URL",
            source.url(),
            "SOURCE_USERNAME",
            PostgresServer.USER,
            "SOURCE_PASSWORD",
            PostgresServer.PASSWORD,
            "SOURCE_DEFAULT_OWNER",
            "shop");
    try (SecondSchema second = new PostgresSecondSchema(source)) {
      landsAsItIs(settings, second);
    }
  }

  @Test
  void everyRowOfMariadbLandsAsItIs() throws Exception {
    try (MariaDbServer server =
        MariaDbServer.start(
            "--log-bin",
            "--local-infile=1",
            "--tmp-table-size=256M",
            "--max-heap-table-size=256M")) {
      MariaDbServer.Database source = server.createDatabase();
      fill(source.connect(), "mariadb.sql");
      List<String> settings =
          List.of(
              "SOURCE_URL", source.url(),
              "SOURCE_USERNAME", MariaDbServer.USER,
              "SOURCE_PASSWORD", MariaDbServer.PASSWORD);
      try (SecondSchema second = new MariaDbSecondSchema(source, server.createDatabase())) {
        landsAsItIs(settings, second);
      }
    }
  }

  private static void fill(Connection connection, String script) throws IOException, SQLException {
    try (connection;
        InputStream in = LandedEqualsSourceIT.class.getResourceAsStream(script);
        Statement statement = connection.createStatement()) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String sql : text.split(";\\s*\\n")) {
        statement.execute(sql);
      }
    }
  }

  private static void landsAsItIs(List<String> source, SecondSchema second) throws Exception {
    List<String> tables = second.tables();
    assertThat(tables).hasSizeGreaterThanOrEqualTo(20);
    Map<String, Long> counts = new TreeMap<>();
    for (String table : tables) {
      counts.put(table, second.count(table));
    }
    assertThat(counts.values()).contains((long) MILLION, 0L);
    assertThat(counts.values().stream().mapToLong(count -> count).sum())
        .isGreaterThanOrEqualTo(2 * MILLION);

    Map<String, Landing.Sum> inMinio = new TreeMap<>();
    try (ObjectStore store = minio();
        RunningServer server =
            start(
                source,
                "STORE_URL",
                store.url(),
                "S3_ENDPOINT",
                minio.url(),
                "S3_REGION",
                REGION)) {
      Landing landing = Landing.of(server, store, tables);
      assertThat(landing.counts()).isEqualTo(counts);
      for (String table : tables) {
        second.load(table, landing, folder);
        assertThat(second.differences(table)).as(table).isZero();
        inMinio.put(table, landing.sum(table));
      }
    }
    // The same rows, whose lines are in another order.
    try (ObjectStore store = gcs();
        RunningServer server = start(source, "STORE_URL", store.url(), "GCS_ENDPOINT", gcs.url())) {
      Landing landing = Landing.of(server, store, tables);
      assertThat(landing.counts()).isEqualTo(counts);
      for (String table : tables) {
        assertThat(landing.sum(table)).as(table).isEqualTo(inMinio.get(table));
      }
    }
  }

  private static ObjectStore minio() {
    return ObjectStores.open(
        URI.create("s3://" + BUCKET), new StoreSettings(REGION, minio.url(), LIMIT));
  }

  private static ObjectStore gcs() {
    return ObjectStores.open(
        URI.create("gs://" + BUCKET), new StoreSettings(null, gcs.url(), LIMIT));
  }

  private static RunningServer start(List<String> source, String... store) {
    return RunningServer.start(
        folder, Stream.concat(source.stream(), Stream.of(store)).toArray(String[]::new));
  }
}
