package io.estat.etl.server.config;

import static io.estat.etl.server.config.Setting.*;

import io.estat.etl.source.SourceSettings;
import io.estat.etl.source.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * The sections {@code source} and {@code oracle}, two ways to name the one database, and what may
 * be asked of it.
 */
final class SourceReader {
  private final Values values;

  SourceReader(Values values) {
    this.values = values;
  }

  SourceSettings source(int parallelTables) {
    Map<String, String> properties = new TreeMap<>();
    String url = url(properties);
    for (String pair : values.list(SOURCE_PROPERTIES)) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        values.problem(SOURCE_PROPERTIES);
      } else {
        properties.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
      }
    }
    Setting maxOf = either(SOURCE_POOL_MAX, ORACLE_POOL_MAX);
    int min = values.integer(either(SOURCE_POOL_MIN, ORACLE_POOL_MIN), 0, 1000);
    int max = values.integer(maxOf, 1, 1000);
    if (max < parallelTables + 2) {
      values.problem(
          "%s (%s): %d must be at least etl.parallel_tables + 2, which is %d: workers need one each, and the API two"
              .formatted(maxOf.key(), maxOf, max, parallelTables + 2));
    }
    if (min > max) {
      values.problem("pool_min: " + min + " must be at most pool_max, which is " + max);
    }
    return new SourceSettings(
        url,
        values.textOrNull(either(SOURCE_USERNAME, ORACLE_USERNAME)),
        values.textOrNull(either(SOURCE_PASSWORD, ORACLE_PASSWORD)),
        properties,
        min,
        max,
        values.integer(either(SOURCE_FETCH_ARRAY_SIZE, ORACLE_FETCH_ARRAY_SIZE), 1, 100_000),
        values.number(SOURCE_FETCH_BYTES, 1 << 16, 1 << 28),
        values.integer(either(SOURCE_PREFETCH_COUNT, ORACLE_PREFETCH_COUNT), 1, 100_000),
        values.textOrNull(either(SOURCE_DEFAULT_OWNER, ORACLE_DEFAULT_OWNER)),
        "estat-etl",
        values.duration(ETL_MAX_SNAPSHOT_AGE, Duration.ofMinutes(1), Duration.ofDays(7)),
        values.flag(MARIADB_ALLOW_LOCK),
        values.flag(ORACLE_ALLOW_PARALLEL_EXECUTE));
  }

  private String url(Map<String, String> properties) {
    boolean tns = values.isSet(ORACLE_TNS_NAME);
    if (values.isSet(SOURCE_URL) == tns) {
      values.problem(
          tns
              ? "source.url and oracle.tns_name are both set; keep one"
              : "source.url (SOURCE_URL) is missing: which database is read? jdbc:..., or"
                  + " oracle.tns_name with oracle.wallet_path");
    }
    if (!tns) {
      String url = values.text(SOURCE_URL);
      if (!url.isEmpty() && Sources.dialect(url).isEmpty()) {
        values.problem(SOURCE_URL);
      }
      wallet(properties);
      return url;
    }
    if (!values.isSet(ORACLE_WALLET_PATH)) {
      values.problem(
          "oracle.wallet_path is missing: where is the tnsnames.ora of oracle.tns_name?");
    }
    wallet(properties);
    return "jdbc:oracle:thin:@" + values.text(ORACLE_TNS_NAME);
  }

  /**
   * By properties of the connection and not of the process, so that each pool has its own. Names:
   * Oracle JDBC Developer's Guide, "Support for Oracle Wallets".
   */
  private void wallet(Map<String, String> properties) {
    if (!values.isSet(ORACLE_WALLET_PATH)) {
      return;
    }
    Path wallet = Path.of(values.text(ORACLE_WALLET_PATH)).toAbsolutePath();
    if (!Files.isDirectory(wallet)) {
      values.problem("oracle.wallet_path: " + wallet + " is no folder; unzip the wallet there");
    }
    properties.put("oracle.net.tns_admin", wallet.toString());
    properties.put(
        "oracle.net.wallet_location",
        "(SOURCE=(METHOD=FILE)(METHOD_DATA=(DIRECTORY=%s)))".formatted(wallet));
  }

  private Setting either(Setting any, Setting oracle) {
    if (values.isSet(any) && values.isSet(oracle)) {
      values.problem(any.key() + " and " + oracle.key() + " are both set; keep one");
    }
    return values.isSet(oracle) ? oracle : any;
  }
}
