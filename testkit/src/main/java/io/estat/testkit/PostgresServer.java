package io.estat.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * A real PostgreSQL from Maven Central on 127.0.0.1, one a JVM; tests take a database each. It runs
 * as root, too: then as the user nobody, since PostgreSQL refuses root. It ends with the JVM, even
 * one that is killed. Thread-safe.
 */
public final class PostgresServer {
  public static final String USER = "tester";
  public static final String PASSWORD = "test-password";

  private static final Duration START_LIMIT = Duration.ofSeconds(120);
  private static final int STARTS = 3;
  private static final long END_SECONDS = 60;

  private final int port = Processes.freePort();
  private final Path folder;
  private final AtomicInteger databases = new AtomicInteger();

  /**
   * @param url for JDBC; user and password are {@link #USER} and {@link #PASSWORD}
   */
  public record Database(String name, String url) {
    public Connection connect() throws SQLException {
      return DriverManager.getConnection(url, USER, PASSWORD);
    }
  }

  /** The server of this JVM, started by the first call. */
  public static PostgresServer shared() {
    if (Shared.SERVER == null) {
      throw new IllegalStateException(Shared.PROBLEM);
    }
    return Shared.SERVER;
  }

  /** Started once; what went wrong is told to every test that asks. */
  private static final class Shared {
    static final @Nullable PostgresServer SERVER;
    static final String PROBLEM;

    static {
      PostgresServer server = null;
      String problem = "";
      // Another process may have taken the free port before the server does.
      for (int start = 1; server == null && start <= STARTS; start++) {
        try {
          server = new PostgresServer();
        } catch (IOException e) {
          problem = "the embedded PostgreSQL does not start: " + e.getMessage();
        }
      }
      SERVER = server;
      PROBLEM = problem;
    }
  }

  private PostgresServer() throws IOException {
    folder = Files.createTempDirectory("estat-postgres");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    unpack();
    Path data = Processes.folderOf(Processes.UNPRIVILEGED, folder.resolve("data"));
    Path password = Files.writeString(folder.resolve("password"), PASSWORD);
    Processes.run(
        folder,
        "initdb.log",
        Processes.as(
            Processes.UNPRIVILEGED,
            binary("initdb"),
            "--pgdata=" + data,
            "--username=" + USER,
            "--pwfile=" + password,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync"));
    Path log = folder.resolve("postgres.log");
    Process process =
        Processes.startWithJvm(
            folder,
            log,
            Processes.as(
                Processes.UNPRIVILEGED,
                binary("postgres"),
                "-D",
                data.toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "fsync=off",
                "-c",
                "full_page_writes=off",
                "-c",
                "shared_buffers=32MB",
                "-c",
                "max_connections=200"));
    Processes.awaitReady("postgres", process, log, START_LIMIT, this::answers);
  }

  private void unpack() throws IOException {
    String machine = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    String archive =
        switch (machine.toLowerCase(Locale.ROOT)) {
          case "linux amd64" -> "/postgres-linux-x86_64.txz";
          case "linux aarch64" -> "/postgres-linux-arm_64.txz";
          default -> throw new IOException("there is none for " + machine);
        };
    Path binaries = Files.createDirectory(folder.resolve("binaries"));
    Files.setPosixFilePermissions(binaries, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (InputStream packed = PostgresServer.class.getResourceAsStream(archive)) {
      if (packed == null) {
        throw new IOException(archive + " is not on the class path");
      }
      Processes.feed(
          new XZInputStream(packed), List.of("tar", "-x", "-f", "-", "-C", binaries.toString()));
    }
  }

  private String binary(String name) {
    return folder.resolve("binaries/bin/" + name).toString();
  }

  private boolean answers() {
    try (Connection connection = database("postgres").connect()) {
      return connection.isValid(1);
    } catch (SQLException notYet) {
      return false;
    }
  }

  /** An empty database of its own. */
  public Database createDatabase() {
    Database created = database("test_" + databases.getAndIncrement());
    try (Connection connection = database("postgres").connect();
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + created.name());
      return created;
    } catch (SQLException e) {
      throw new IllegalStateException("cannot create " + created.name(), e);
    }
  }

  /**
   * Ends the server at once and without mercy; it starts itself again. When this returns every
   * session of every test of this JVM is gone, what was committed is there, and it refuses
   * connections for a moment.
   */
  public void crash() {
    List<ProcessHandle> sessions = new ArrayList<>();
    try (Connection connection = database("postgres").connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select pid from pg_stat_activity where backend_type = 'client backend'"
                    + " order by pid = pg_backend_pid()")) {
      while (row.next()) {
        ProcessHandle.of(row.getLong(1)).ifPresent(sessions::add);
      }
      // One session that dies like this takes all of them with it: their memory may be damaged.
      sessions.getLast().destroyForcibly();
    } catch (SQLException e) {
      throw new IllegalStateException("the server does not tell its sessions", e);
    }
    // A dead one is there until the server has seen it, which lets nobody in from then on.
    for (ProcessHandle session : sessions) {
      session.onExit().orTimeout(END_SECONDS, TimeUnit.SECONDS).join();
    }
  }

  private Database database(String name) {
    return new Database(name, "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, name));
  }

  /** What the server wrote to its log, for a test that asks whose sessions it saw. */
  public List<String> log() throws IOException {
    return new ArrayList<>(Files.readAllLines(folder.resolve("postgres.log")));
  }
}
