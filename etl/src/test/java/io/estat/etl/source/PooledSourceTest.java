package io.estat.etl.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.estat.etl.breaker.Breaker;
import io.estat.etl.breaker.Breaker.State;
import io.estat.etl.breaker.BreakerOptions;
import io.estat.testkit.FlakyProxy;
import io.estat.testkit.FlakyProxy.Manner;
import io.estat.testkit.ManualClock;
import io.estat.testkit.PostgresServer;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A PostgreSQL behind a network that can take it away. */
@Timeout(300)
final class PooledSourceTest {
  private static final Duration SHORT = Duration.ofSeconds(3);

  /** The pool pauses for up to 5 s between two attempts. */
  private static final Duration LONG = Duration.ofSeconds(8);

  private static final Duration OPEN_FOR = Duration.ofSeconds(30);

  private final ManualClock clock = new ManualClock(Instant.EPOCH);
  private final Breaker breaker =
      new Breaker(
          "the database",
          new BreakerOptions(1, Duration.ofMinutes(1), OPEN_FOR),
          () -> Instant.ofEpochMilli(clock.wallMillis()));
  private final PostgresServer.Database database = PostgresServer.shared().createDatabase();
  private final URI address = URI.create(database.url().substring("jdbc:".length()));

  @Test
  void aDatabaseThatIsAwayIsNotConnectedToUntilItsTimeIsOver() throws SQLException {
    try (FlakyProxy proxy = away();
        Source source = open(settings(proxy.port(), PostgresServer.PASSWORD), LONG)) {
      fail(source);
      assertThat(breaker.state()).isEqualTo(State.OPEN);

      // One may be under way.
      int allowed = proxy.connections() + 1;
      for (int i = 0; i < 20; i++) {
        assertThatExceptionOfType(SourceAwayException.class)
            .isThrownBy(source::connection)
            .satisfies(e -> assertThat(e.outage().reason()).isNotEmpty())
            .satisfies(
                e -> assertThat(source.dialect().classify(e)).isEqualTo(SourceFailure.TRANSIENT));
      }
      int connections = proxy.connections();
      assertThat(connections).isLessThanOrEqualTo(allowed);

      clock.advance(OPEN_FOR.plusSeconds(1));
      fail(source);
      assertThat(breaker.state()).isEqualTo(State.OPEN);
      assertThat(proxy.connections()).isGreaterThan(connections);

      proxy.behave(Manner.PASS);
      assertThatExceptionOfType(SourceAwayException.class).isThrownBy(source::connection);
      clock.advance(OPEN_FOR.plusSeconds(1));
      await().ignoreExceptions().untilAsserted(() -> source.connection().close());
      assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }
  }

  /** A pool that keeps connections open tries for ever and without being asked. */
  @Test
  void thePoolItselfDoesNotConnectEither() throws Exception {
    DataSource connections =
        new DriverConnections(
                new PostgresDialect(), settings(address.getPort(), PostgresServer.PASSWORD))
            .asDataSource(breaker);
    breaker.failed(new SQLException("no answer"));
    assertThatExceptionOfType(SourceAwayException.class).isThrownBy(connections::getConnection);

    clock.advance(OPEN_FOR.plusSeconds(1));
    assertThatExceptionOfType(SourceAwayException.class).isThrownBy(connections::getConnection);
    breaker.enter();
    connections.getConnection().close();
  }

  @Test
  void aDatabaseThatRefusesTheUserIsThere() throws SQLException {
    try (Source source = open(settings(address.getPort(), "wrong"), SHORT)) {
      fail(source);
      assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }
  }

  @Test
  void aPoolThatIsUsedUpSaysNothingAboutTheDatabase() throws SQLException {
    SourceSettings one = settings(address.getPort(), PostgresServer.PASSWORD).withPoolMax(1);
    try (Source source = open(one, SHORT);
        Connection lent = source.connection()) {
      fail(source);
      assertThat(lent.isValid(5)).isTrue();
      assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }
  }

  private FlakyProxy away() {
    var proxy = new FlakyProxy(address.getPort());
    proxy.behave(Manner.AWAY);
    return proxy;
  }

  private Source open(SourceSettings settings, Duration patience) throws SQLException {
    return new PooledSource(new PostgresDialect(), settings, breaker, patience);
  }

  private SourceSettings settings(int port, String password) {
    String url = "jdbc:postgresql://127.0.0.1:" + port + address.getPath();
    return TestSources.settings(url, PostgresServer.USER, password);
  }

  private static void fail(Source source) {
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(source::connection)
        .isNotInstanceOf(SourceAwayException.class);
  }
}
