package io.estat.etl.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.etl.server.OtherProcess;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The job store in an H2 file. */
final class H2StoreTest extends StoreContract {
  @TempDir private static Path folder;
  private static @Nullable StoreDatabase database;

  @BeforeAll
  static void openFile() {
    database = StoreDatabase.open(settings("contract"));
  }

  @AfterAll
  static void closeFile() {
    Objects.requireNonNull(database).close();
  }

  private static StoreSettings settings(String name) {
    return new StoreSettings("jdbc:h2:file:" + folder.resolve(name), "", "");
  }

  @Override
  StoreDatabase open() {
    return Objects.requireNonNull(database);
  }

  @Test
  void belongsToOneProcess() {
    assertThat(open().isExclusive()).isTrue();
  }

  @Test
  void keepsWhatItHasWhenItIsOpenedAgain() {
    try (var first = StoreDatabase.open(settings("again"))) {
      first.jdbc().sql("insert into estat_idempotency values ('k', 'r', 'x', now())").update();
    }
    try (var second = StoreDatabase.open(settings("again"))) {
      assertThat(
              second
                  .jdbc()
                  .sql("select count(*) from estat_idempotency")
                  .query(Long.class)
                  .single())
          .isEqualTo(1);
    }
  }

  @Test
  void refusesAUrlOfAnotherKindOfDatabase() {
    assertThatThrownBy(() -> new StoreSettings("jdbc:oracle:thin:@x", "u", "p"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("repository.url");
  }

  @ParameterizedTest
  @ValueSource(strings = {"jdbc:h2:tcp://localhost/x", "jdbc:h2:file:/x;AUTO_SERVER=TRUE"})
  void refusesAnH2FileThatOthersShare(String url) {
    assertThatThrownBy(() -> new StoreSettings(url, "", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PostgreSQL");
  }

  @Test
  void refusesAFileThatAnotherProcessHolds() throws Exception {
    StoreSettings settings = settings("held");
    try (var other = OtherProcess.start(Holder.class, settings.url())) {
      other.await("open");

      assertThatThrownBy(() -> StoreDatabase.open(settings))
          .isInstanceOf(StoreOpenException.class)
          .hasMessageContaining("another process has the job store")
          .hasMessageContaining("PostgreSQL or MariaDB");
    }
  }

  /** Keeps the store open until it is killed. */
  static final class Holder {
    public static void main(String[] args) throws Exception {
      try (var held = StoreDatabase.open(new StoreSettings(args[0], "", ""))) {
        held.ping();
        OtherProcess.tell("open");
        OtherProcess.hear();
      }
    }
  }

  @Test
  void neverShowsUrlOrPassword() {
    assertThat(new StoreSettings("jdbc:h2:mem:x;PASSWORD=secret", "u", "secret").toString())
        .doesNotContain("secret");
  }
}
