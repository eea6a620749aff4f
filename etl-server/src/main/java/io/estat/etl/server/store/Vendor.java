package io.estat.etl.server.store;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A database that can hold a job store, and in what it differs from the others. A transaction whose
 * process hangs must not hold its locks for ever: the servers end it after {@link
 * StoreDatabase#STATEMENT_LIMIT}.
 */
@SuppressWarnings("ImmutableEnumChecker") // It sees no difference between Map and Map.of.
enum Vendor {
  /**
   * Embedded. {@code WRITE_DELAY=0}: a commit is in the file when it returns (the default is half a
   * second later). {@code DB_CLOSE_ON_EXIT=FALSE}: else the database closes at the first signal,
   * before the jobs have recorded their end.
   */
  H2(
      "jdbc:h2:",
      new Dialect("character large object", "timestamp(6)", ""),
      Map.of(),
      "select 1",
      List.of("WRITE_DELAY=0", "DB_CLOSE_ON_EXIT=FALSE", "LOCK_TIMEOUT=10000")),
  POSTGRESQL(
      "jdbc:postgresql:",
      new Dialect("text", "timestamp(6)", ""),
      Map.of("socketTimeout", "30", "tcpKeepAlive", "true", "ApplicationName", "estat"),
      "set idle_in_transaction_session_timeout = 20000",
      List.of()),
  MARIADB(
      "jdbc:mariadb:",
      Dialect.OF_MYSQL,
      Map.of("socketTimeout", "30000", "tcpKeepAlive", "true"),
      "set session idle_transaction_timeout = 20",
      List.of()),
  /** Through the driver of MariaDB. It cannot end a transaction that does nothing. */
  MYSQL(
      "jdbc:mysql:",
      Dialect.OF_MYSQL,
      Map.of("socketTimeout", "30000", "tcpKeepAlive", "true"),
      "select 1",
      List.of());

  /**
   * What the migrations leave open.
   *
   * @param text of any length
   * @param timestamp without a zone, in microseconds
   */
  private record Dialect(String text, String timestamp, String tableOptions) {
    /** {@code timestamp} would end in 2038 and follow the session's zone, {@code text} at 64 KB. */
    static final Dialect OF_MYSQL =
        new Dialect(
            "longtext",
            "datetime(6)",
            "engine = InnoDB default character set utf8mb4 collate utf8mb4_bin");
  }

  private final String urlStart;
  private final Dialect dialect;
  private final Map<String, String> connection;
  private final String firstStatement;
  private final List<String> urlSettings;

  Vendor(
      String urlStart,
      Dialect dialect,
      Map<String, String> connection,
      String firstStatement,
      List<String> urlSettings) {
    this.urlStart = urlStart;
    this.dialect = dialect;
    this.connection = connection;
    this.firstStatement = firstStatement;
    this.urlSettings = urlSettings;
  }

  /**
   * @throws IllegalArgumentException if no vendor's URL begins so, or if it shares an H2 file
   */
  static Vendor of(String url) {
    Vendor vendor =
        Stream.of(values())
            .filter(candidate -> url.startsWith(candidate.urlStart))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "repository.url must begin with jdbc:h2:, jdbc:postgresql:, jdbc:mariadb:"
                            + " or jdbc:mysql:"));
    if (vendor == H2
        && url.toLowerCase(Locale.ROOT).matches("jdbc:h2:(tcp|ssl):.*|.*;auto_server=true.*")) {
      throw new IllegalArgumentException(
          "repository.url must name an H2 file of this process alone (jdbc:h2:file:...), without"
              + " AUTO_SERVER; for several processes take PostgreSQL or MariaDB");
    }
    return vendor;
  }

  /** The user's own settings in the URL win. */
  String complete(String url) {
    if (this == MYSQL) {
      return MARIADB.urlStart + url.substring(urlStart.length());
    }
    String upper = url.toUpperCase(Locale.ROOT);
    var completed = new StringBuilder(url);
    for (String setting : urlSettings) {
      if (!upper.contains(";" + setting.substring(0, setting.indexOf('=') + 1))) {
        completed.append(';').append(setting);
      }
    }
    return completed.toString();
  }

  /** Properties of a connection; what stands in the URL wins. */
  Map<String, String> connection() {
    return connection;
  }

  /** What each new connection says first. */
  String firstStatement() {
    return firstStatement;
  }

  Map<String, String> placeholders() {
    return Map.of(
        "text", dialect.text(),
        "timestamp", dialect.timestamp(),
        "table_options", dialect.tableOptions());
  }
}
