package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceSettings;
import io.estat.etl.source.Sources;
import io.estat.testkit.PostgresServer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One object of several gzip members, read by those who will read it: each counts the rows and adds
 * up the values that PostgreSQL has.
 */
final class ReadersIT {
  private static final int ROWS = 300_000;

  /** The first call may fetch Spark, 400 MB, from PyPI. */
  private static final Duration LIMIT = Duration.ofMinutes(15);

  private static final String FILL =
      """
      create table t as
      select i as id, ((i %% 100003) / 100.0)::numeric(12, 2) as amount,
        case when i %% 7 = 0 then null
          else repeat('"한\\' || chr(10) || '😀', (i %% 5)::int) || md5(i::text) end as note,
        timestamp '2024-02-29 23:59:59.999999' + (i %% 99991) * interval '1 second' as at,
        i %% 3 = 0 as ok, (i %% 1000) * 0.25::double precision as share,
        jsonb_build_object('n', i %% 11, 'of', jsonb_build_array(i, null, 'x')) as doc
      from generate_series(9007199254740993, 9007199254740992 + %d) i;
      analyze t
      """;

  private static final String SUMS =
      """
      select count(*), sum(id), round(sum(amount), 2), count(note), sum(char_length(note)),
        to_char(max(at), 'YYYY-MM-DD HH24:MI:SS.US'), count(*) filter (where ok),
        round(sum(share)::numeric, 2), sum((doc->>'n')::int)
      from t
      """;

  @TempDir static Path folder;

  @SuppressWarnings("NullAway.Init") // written before all
  private static String expected;

  @BeforeAll
  static void land() throws Exception {
    PostgresServer.Database database = PostgresServer.shared().createDatabase();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(FILL.formatted(ROWS));
      expected = sums(statement);
    }
    SourceSettings settings =
        SourceSettings.of(database.url(), PostgresServer.USER, PostgresServer.PASSWORD);
    try (Source source = Sources.open(settings)) {
      JobOutcome outcome =
          new Landing(folder).run(source, Landing.options().withSplitRows(ROWS / 6), "t");
      assertThat(outcome).isInstanceOf(JobOutcome.Completed.class);
    }
    assertThat(expected).startsWith(ROWS + "|");
    assertThat(members(Files.readAllBytes(object()))).isGreaterThan(2);
  }

  @Test
  void javaReadsWhatTheSourceHas() throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(object()))) {
      assertThat(sums(in)).isEqualTo(expected);
    }
  }

  @Test
  void zcatReadsWhatTheSourceHas() throws Exception {
    Process zcat = new ProcessBuilder("zcat", object().toString()).start();
    try (InputStream in = new BufferedInputStream(zcat.getInputStream())) {
      assertThat(sums(in)).isEqualTo(expected);
    }
    assertThat(zcat.waitFor()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"python", "duckdb", "spark"})
  void anotherReaderReadsWhatTheSourceHas(String reader) throws Exception {
    Path script = folder.resolve("readers.py");
    try (InputStream in = ReadersIT.class.getResourceAsStream("readers.py")) {
      Files.write(script, in.readAllBytes());
    }
    Path said = folder.resolve(reader);
    Path root = Path.of("").toAbsolutePath().resolveSibling(".ci");
    ProcessBuilder builder =
        new ProcessBuilder(
                root.resolve("venv").toString(),
                "readers",
                "python",
                script.toString(),
                reader,
                object().toString(),
                object().resolveSibling("t.schema.json").toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    // Spark starts a Java: the one that runs this test.
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    boolean ended = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    String text = Files.readString(said);
    assertThat(ended).as("ended in time: " + text).isTrue();
    assertThat(text.lines().filter(line -> line.startsWith("found ")).toList())
        .as(text)
        .containsExactly("found " + expected);
  }

  private static Path object() {
    return folder.resolve("TRPID-0a1b2c3d/v001/t.jsonl.gz");
  }

  private static String sums(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery(SUMS)) {
      assertThat(row.next()).isTrue();
      List<String> values = new ArrayList<>();
      for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
        values.add(row.getString(i));
      }
      return String.join("|", values);
    }
  }

  /** The same sums over the lines. */
  private static String sums(InputStream lines) throws IOException {
    long rows = 0;
    BigInteger ids = BigInteger.ZERO;
    BigDecimal amounts = BigDecimal.ZERO;
    long notes = 0;
    long characters = 0;
    String last = "";
    long flags = 0;
    BigDecimal shares = BigDecimal.ZERO;
    long numbers = 0;
    try (JsonParser json = new JsonFactory().createParser(lines)) {
      while (json.nextToken() == JsonToken.START_OBJECT) {
        rows++;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          JsonToken value = json.nextToken();
          switch (name) {
            case "id" -> ids = ids.add(new BigInteger(json.getText()));
            case "amount" -> amounts = amounts.add(new BigDecimal(json.getText()));
            case "note" -> {
              if (value != JsonToken.VALUE_NULL) {
                notes++;
                characters += json.getText().codePoints().count();
              }
            }
            case "at" -> last = last.compareTo(json.getText()) > 0 ? last : json.getText();
            case "ok" -> flags += json.getBooleanValue() ? 1 : 0;
            case "share" -> shares = shares.add(new BigDecimal(json.getText()));
            default -> numbers += number(json);
          }
        }
      }
    }
    return List.of(
            rows,
            ids,
            amounts.setScale(2),
            notes,
            characters,
            last.replace('T', ' '),
            flags,
            shares.setScale(2),
            numbers)
        .stream()
        .map(Object::toString)
        .collect(Collectors.joining("|"));
  }

  /** The {@code n} of the embedded document that begins here. */
  private static long number(JsonParser json) throws IOException {
    long found = 0;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean wanted = json.currentName().equals("n");
      json.nextToken();
      if (wanted) {
        found = json.getLongValue();
      } else {
        json.skipChildren();
      }
    }
    return found;
  }

  /** How often the head of a member of RFC 1952 stands there that this engine writes. */
  private static int members(byte[] object) {
    byte[] head = Arrays.copyOf(object, 10);
    String all = new String(object, StandardCharsets.ISO_8859_1);
    String first = new String(head, StandardCharsets.ISO_8859_1);
    int count = 0;
    for (int at = all.indexOf(first); at >= 0; at = all.indexOf(first, at + 1)) {
      count++;
    }
    return count;
  }
}
