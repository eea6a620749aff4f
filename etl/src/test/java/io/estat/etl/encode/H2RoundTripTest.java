package io.estat.etl.encode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.estat.etl.domain.Column;
import io.estat.testkit.Gen;
import io.estat.testkit.Property;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Random values, landed, read by a parser that is not ours and compared in Java. */
class H2RoundTripTest {
  private static final List<Column> COLUMNS =
      List.of(
          column("L", "BIGINT", -1, -1),
          column("N", "NUMERIC", 60, 30),
          column("D", "DOUBLE PRECISION", -1, -1),
          column("B", "BINARY VARYING", -1, -1),
          column("T", "TIMESTAMP", -1, 9),
          column("Z", "TIMESTAMP WITH TIME ZONE", -1, 9),
          column("I", "INTERVAL DAY TO SECOND", -1, 9));

  private record Values(
      long integer,
      BigDecimal decimal,
      double floating,
      byte[] binary,
      LocalDateTime local,
      OffsetDateTime zoned,
      Duration duration) {
    static Values random(Random random) {
      byte[] binary = new byte[random.nextInt(10)];
      random.nextBytes(binary);
      LocalDateTime local =
          LocalDateTime.ofEpochSecond(
              random.nextLong(-62_135_596_800L, 253_402_300_800L),
              random.nextInt(1_000_000_000),
              ZoneOffset.UTC);
      return new Values(
          random.nextLong() >> random.nextInt(64),
          new BigDecimal(new BigInteger(random.nextInt(180), random), 30),
          Double.longBitsToDouble(random.nextLong()),
          binary,
          local,
          local.atOffset(ZoneOffset.ofTotalSeconds(random.nextInt(-1000, 1000) * 60)),
          Duration.ofSeconds(
              random.nextLong(-10_000_000, 10_000_000), random.nextInt(1_000_000_000)));
    }
  }

  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    connection = DriverManager.getConnection("jdbc:h2:mem:");
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "create table T (L bigint, N numeric(60, 30), D double precision, B varbinary,"
              + " T timestamp(9), Z timestamp(9) with time zone, I interval day(9) to second(9))");
    }
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  @Test
  void givesBackEveryRandomValue() {
    Gen<Values> gen = Values::random;
    Property.forAll(500, gen, this::check);
  }

  private void check(Values values) throws Exception {
    store(values);
    List<String> row =
        EncodedTable.of(connection, new H2Types(), "T", COLUMNS, EncodeOptions.DEFAULTS)
            .rows()
            .getFirst();
    assertThat(Long.parseLong(text(row.get(0)))).isEqualTo(values.integer());
    assertThat(new BigDecimal(text(row.get(1)))).isEqualTo(values.decimal());
    // The database keeps no -0. Boxed, NaN equals itself.
    assertThat(Double.valueOf(text(row.get(2))) + 0.0)
        .isEqualTo(Double.valueOf(values.floating() + 0.0));
    assertThat(Base64.getDecoder().decode(text(row.get(3)))).isEqualTo(values.binary());
    assertThat(LocalDateTime.parse(text(row.get(4)))).isEqualTo(values.local());
    assertThat(OffsetDateTime.parse(text(row.get(5)))).isEqualTo(values.zoned());
    assertThat(Duration.parse(text(row.get(6)))).isEqualTo(values.duration());
  }

  private void store(Values values) throws SQLException {
    try (Statement delete = connection.createStatement();
        PreparedStatement insert =
            connection.prepareStatement("insert into T values (?, ?, ?, ?, ?, ?, ?)")) {
      delete.execute("delete from T");
      insert.setLong(1, values.integer());
      insert.setBigDecimal(2, values.decimal());
      insert.setDouble(3, values.floating());
      insert.setBytes(4, values.binary());
      insert.setObject(5, values.local());
      insert.setObject(6, values.zoned());
      insert.setObject(7, values.duration());
      insert.execute();
    }
  }

  private static Column column(String name, String type, int precision, int scale) {
    return new Column(name, type, precision, scale, true);
  }

  private static String text(String json) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      return parser.getText();
    }
  }
}
