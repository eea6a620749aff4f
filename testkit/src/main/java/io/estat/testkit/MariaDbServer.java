package io.estat.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A MariaDB process on 127.0.0.1, of Debian's package mariadb-server; tests take a database each.
 * It runs as the user nobody if the JVM is root's, and ends with the JVM, even one that is killed.
 * Thread-safe.
 */
public final class MariaDbServer implements AutoCloseable {
  /** May do everything. */
  public static final String USER = "tester";

  public static final String PASSWORD = "test-password";

  private static final Duration START_LIMIT = Duration.ofSeconds(120);

  private final int port = Processes.freePort();
  private final AtomicInteger databases = new AtomicInteger();
  private final Process process;

  /**
   * @param url for JDBC; user and password are {@link #USER} and {@link #PASSWORD}
   */
  public record Database(String name, String url) {
    public Connection connect() throws SQLException {
      return DriverManager.getConnection(url, USER, PASSWORD);
    }
  }

  /**
   * Starts a server with an empty data folder of its own.
   *
   * @param options of mariadbd, such as {@code --log-bin}
   * @throws IOException if it is not installed, or does not start; with what it said
   */
  public static MariaDbServer start(String... options) throws IOException {
    return new MariaDbServer(options);
  }

  private MariaDbServer(String... options) throws IOException {
    Path folder = Files.createTempDirectory("estat-mariadb");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path data = Processes.folderOf(Processes.UNPRIVILEGED, folder.resolve("data"));
    Path users =
        Files.writeString(
            folder.resolve("users.sql"),
            "create or replace user %s@'%%' identified by '%s';%ngrant all on *.* to %s@'%%' with grant option;%n"
                .formatted(USER, PASSWORD, USER));
    Processes.run(
        folder,
        "install.log",
        Processes.as(
            Processes.UNPRIVILEGED,
            "mariadb-install-db",
            "--no-defaults",
            "--datadir=" + data,
            "--skip-test-db"));
    var command =
        new ArrayList<>(
            List.of(
                "mariadbd",
                "--no-defaults",
                "--datadir=" + data,
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--socket=" + data.resolve("mariadb.sock"),
                "--pid-file=" + data.resolve("mariadb.pid"),
                "--init-file=" + users,
                "--server-id=1",
                "--innodb-flush-log-at-trx-commit=0",
                "--innodb-buffer-pool-size=64M"));
    command.addAll(List.of(options));
    Path log = folder.resolve("mariadb.log");
    process =
        Processes.startWithJvm(
            folder, log, Processes.as(Processes.UNPRIVILEGED, command.toArray(String[]::new)));
    Processes.awaitReady("mariadbd", process, log, START_LIMIT, this::answers);
  }

  private boolean answers() {
    try (Connection connection = database("mysql").connect()) {
      return connection.isValid(1);
    } catch (SQLException notYet) {
      return false;
    }
  }

  /** An empty database of its own. */
  public Database createDatabase() {
    Database created = database("test_" + databases.getAndIncrement());
    try (Connection connection = database("mysql").connect();
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + created.name());
      return created;
    } catch (SQLException e) {
      throw new IllegalStateException("cannot create " + created.name(), e);
    }
  }

  private Database database(String name) {
    return new Database(name, "jdbc:mariadb://127.0.0.1:%d/%s".formatted(port, name));
  }

  /** Stops the server and removes its data. */
  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
  }
}
