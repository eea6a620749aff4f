package io.estat.etl.server.store;

import io.estat.testkit.PostgresServer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The job store in PostgreSQL. */
final class PostgresStoreTest extends StoreContract {
  private static @Nullable StoreDatabase database;

  @BeforeAll
  static void openDatabase() {
    String url = PostgresServer.shared().createDatabase().url();
    database =
        StoreDatabase.open(new StoreSettings(url, PostgresServer.USER, PostgresServer.PASSWORD));
  }

  @AfterAll
  static void closeDatabase() {
    Objects.requireNonNull(database).close();
  }

  @Override
  StoreDatabase open() {
    return Objects.requireNonNull(database);
  }
}
