package io.estat.bench.etl;

import io.estat.bench.Figure;
import io.estat.bench.Figure.Bound;
import io.estat.bench.Machine;
import io.estat.bench.etl.EtlPlan.Chapter;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceSettings;
import io.estat.etl.source.Sources;
import io.estat.testkit.MariaDbServer;
import io.estat.testkit.MinioServer;
import io.estat.testkit.PostgresServer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code make bench-etl}: the whole of E-11 in one run, printed as one table in Markdown on
 * standard output; how far it is goes to standard error. What is not installed here is said in a
 * word, and the rest runs.
 */
public final class EtlBench {
  private static final String TABLE = "bench";
  private static final Path SPARK = Path.of("target/spark").toAbsolutePath();

  private final EtlPlan plan;
  private final Path folder;
  private final PrintStream progress = System.err;
  private Optional<PostgresServer.Database> postgres = Optional.empty();

  private EtlBench(EtlPlan plan, Path folder) {
    this.plan = plan;
    this.folder = folder;
  }

  public static void main(String[] args) throws Exception {
    System.setProperty("aws.accessKeyId", MinioServer.USER);
    System.setProperty("aws.secretAccessKey", MinioServer.PASSWORD);
    // Also when it is interrupted: nothing that was started here goes on.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () ->
                    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly)));
    Path folder =
        Files.createTempDirectory(Files.createDirectories(Path.of("bench/target")), "etl")
            .toAbsolutePath();
    try {
      new EtlBench(EtlPlan.of(System.getenv()), folder).run();
    } finally {
      new ProcessBuilder("rm", "-rf", folder.toString()).inheritIO().start().waitFor();
    }
  }

  private void run() throws Exception {
    long start = System.nanoTime();
    System.out.println(Machine.describe(""));
    var figures = new ArrayList<Figure>();
    for (Chapter chapter : plan.chapters()) {
      progress.println(chapter.name().toLowerCase(Locale.ROOT));
      try {
        figures.addAll(
            switch (chapter) {
              case POSTGRES -> List.of(postgres());
              case SPARK -> List.of(spark());
              case MARIADB -> List.of(mariaDb());
              case H2 -> List.of(h2());
              case MEMORY -> new Memory(plan, folder("memory"), postgresDatabase(), progress).run();
              case LATENCY -> new Latency(plan, folder("latency"), postgresDatabase()).run();
              case UPLOAD -> List.of(new Upload(plan, folder("minio")).run());
            });
      } catch (IOException | IllegalStateException e) {
        // A server that is not installed here, or does not start.
        figures.add(Figure.notMeasured(chapter.name().toLowerCase(Locale.ROOT), firstLine(e)));
      }
    }
    System.out.println(Figure.table(figures));
    System.out.printf("Took %d s.%n", Duration.ofNanos(System.nanoTime() - start).toSeconds());
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private Figure postgres() throws Exception {
    PostgresServer.Database database = postgresTable();
    try (var engine = Engine.byDefault(open(database), TABLE);
        var peer = new PsqlPigz(database.url(), TABLE)) {
      return race()
          .run(
              "PostgreSQL, rows/s against `psql \\| pigz -1 -p1`",
              server(database.url()),
              engine,
              peer,
              new Bound(2.5, 3.3, "x"));
    }
  }

  private Figure spark() throws Exception {
    PostgresServer.Database database = postgresTable();
    try (var engine = Engine.byDefault(open(database), TABLE);
        var peer = new SparkPeer(SPARK, database.url(), TABLE, plan.rows())) {
      return race()
          .run(
              "PostgreSQL, rows/s against " + peer.name(),
              server(database.url()) + "; Spark with 4 partitions, a warm session, gzip level 1",
              engine,
              peer,
              new Bound(2.5, 4, "x"));
    }
  }

  private Figure mariaDb() throws Exception {
    try (var server = MariaDbServer.start("--log-bin", "--innodb-buffer-pool-size=1G")) {
      MariaDbServer.Database database = server.createDatabase();
      try (Connection connection = database.connect()) {
        BenchTable.MARIADB.create(connection, TABLE, plan.rows());
      }
      return stringLoop(
          "MariaDB",
          database.url(),
          MariaDbServer.USER,
          MariaDbServer.PASSWORD,
          "with a binary log");
    }
  }

  private Figure h2() throws Exception {
    String url = "jdbc:h2:file:" + folder("h2").resolve("bench");
    try (Connection connection = DriverManager.getConnection(url, "sa", "")) {
      BenchTable.H2.create(connection, TABLE.toUpperCase(Locale.ROOT), plan.rows());
      return stringLoop("H2", url, "sa", "", "embedded, in a file");
    }
  }

  private Figure stringLoop(String name, String url, String user, String password, String how)
      throws Exception {
    String table = name.equals("H2") ? TABLE.toUpperCase(Locale.ROOT) : TABLE;
    try (var engine =
            Engine.byDefault(Sources.open(SourceSettings.of(url, user, password)), table);
        var peer = new StringLoop(() -> DriverManager.getConnection(url, user, password), table)) {
      return race()
          .run(
              name + ", rows/s against getString + JDK gzip in one loop",
              version(url, user, password) + " " + how,
              engine,
              peer,
              new Bound(2, 4, "x"));
    }
  }

  /** The table, made by the chapter that needs it first. */
  private PostgresServer.Database postgresTable() throws SQLException {
    boolean there = postgres.isPresent();
    PostgresServer.Database database = postgresDatabase();
    if (!there) {
      try (Connection connection = database.connect()) {
        BenchTable.POSTGRES.create(connection, TABLE, plan.rows());
      }
      postgres = Optional.of(database);
    }
    return database;
  }

  private PostgresServer.Database postgresDatabase() {
    return postgres.orElseGet(() -> PostgresServer.shared().createDatabase());
  }

  private static Source open(PostgresServer.Database database) throws SQLException {
    return Sources.open(
        SourceSettings.of(database.url(), PostgresServer.USER, PostgresServer.PASSWORD));
  }

  private static String server(String url) throws SQLException {
    return version(url, PostgresServer.USER, PostgresServer.PASSWORD);
  }

  private static String version(String url, String user, String password) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, user, password)) {
      var about = connection.getMetaData();
      return about.getDatabaseProductName()
          + " "
          + about.getDatabaseProductVersion().split("[ -]", 2)[0];
    }
  }

  private Race race() throws IOException {
    return new Race(plan, folder("landed"), progress);
  }

  private Path folder(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }
}
