package io.estat.etl.server.store;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** A database that can hold a job store, and in what its SQL differs from the others'. */
enum Vendor {
  /**
   * Embedded. {@code WRITE_DELAY=0}: a commit is in the file when it returns (the default is half a
   * second later). {@code DB_CLOSE_ON_EXIT=FALSE}: else the database closes at the first signal,
   * before the jobs have recorded their end.
   */
  H2(
      "jdbc:h2:",
      ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=10000",
      "character large object",
      "timestamp(6)",
      "",
      Map.of()),
  POSTGRESQL(
      "jdbc:postgresql:",
      "",
      "text",
      "timestamp(6)",
      "",
      Map.of("socketTimeout", "30", "tcpKeepAlive", "true", "ApplicationName", "estat")),
  /**
   * {@code timestamp} would end in 2038 and follow the session's zone; {@code text} ends at 64 KB.
   */
  MARIADB(
      "jdbc:mariadb:",
      "",
      "longtext",
      "datetime(6)",
      "engine = InnoDB default character set utf8mb4 collate utf8mb4_bin",
      Map.of("socketTimeout", "30000", "tcpKeepAlive", "true"));

  private final String urlStart;
  private final String urlEnd;
  private final String textType;
  private final String timestampType;
  private final String tableOptions;
  private final Map<String, String> connection;

  Vendor(
      String urlStart,
      String urlEnd,
      String textType,
      String timestampType,
      String tableOptions,
      Map<String, String> connection) {
    this.urlStart = urlStart;
    this.urlEnd = urlEnd;
    this.textType = textType;
    this.timestampType = timestampType;
    this.tableOptions = tableOptions;
    this.connection = connection;
  }

  private static final String MYSQL = "jdbc:mysql:";

  /**
   * @throws IllegalArgumentException if no vendor's URL begins so
   */
  static Vendor of(String url) {
    if (url.startsWith(MYSQL)) {
      return MARIADB;
    }
    return Stream.of(values())
        .filter(vendor -> url.startsWith(vendor.urlStart))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "repository.url must begin with jdbc:h2:, jdbc:postgresql:, jdbc:mariadb: or jdbc:mysql:"));
  }

  /** The user's own settings in the URL win. MySQL speaks to the driver of MariaDB, too. */
  String complete(String url) {
    var completed =
        new StringBuilder(url.startsWith(MYSQL) ? urlStart + url.substring(MYSQL.length()) : url);
    for (String setting : urlEnd.split(";", 0)) {
      String name = setting.substring(0, Math.max(0, setting.indexOf('=')));
      if (!name.isEmpty() && !url.toUpperCase(Locale.ROOT).contains(";" + name + "=")) {
        completed.append(';').append(setting);
      }
    }
    return completed.toString();
  }

  /** Properties of a connection; what stands in the URL wins. */
  Map<String, String> connection() {
    return connection;
  }

  /** What the migrations leave open. */
  Map<String, String> placeholders() {
    return Map.of("text", textType, "timestamp", timestampType, "table_options", tableOptions);
  }
}
