package io.estat.etl.server.store;

import io.estat.testkit.MariaDbServer;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The job store in MariaDB. */
final class MariaDbStoreIT extends StoreContract {
  private static @Nullable MariaDbServer server;
  private static @Nullable StoreDatabase database;

  @BeforeAll
  static void openDatabase() throws IOException {
    MariaDbServer started = MariaDbServer.start();
    server = started;
    database =
        StoreDatabase.open(
            new StoreSettings(
                started.createDatabase().url(), MariaDbServer.USER, MariaDbServer.PASSWORD));
  }

  @AfterAll
  static void closeDatabase() throws IOException {
    Objects.requireNonNull(database).close();
    Objects.requireNonNull(server).close();
  }

  @Override
  StoreDatabase open() {
    return Objects.requireNonNull(database);
  }
}
