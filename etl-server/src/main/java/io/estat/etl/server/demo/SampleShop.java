package io.estat.etl.server.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;

/** The demo's database: an H2 file in Oracle mode with a small shop in it. */
final class SampleShop {
  static final List<String> TABLES =
      List.of("CUSTOMERS", "PRODUCTS", "ORDERS", "ORDER_ITEMS", "RETURNS");
  static final String OWNER = "SHOP";
  static final String USER = "ESTAT_READER";
  static final String PASSWORD = "reader";

  private static final String FILE_ENDING = ".mv.db";

  /** What H2 makes of the file while it compacts it. */
  private static final List<String> ENDINGS =
      List.of(FILE_ENDING, FILE_ENDING + ".tempFile", FILE_ENDING + ".newFile");

  private SampleShop() {}

  /**
   * The JDBC URL of the file. {@code DB_CLOSE_ON_EXIT=FALSE}: else a signal closes the database
   * below whoever still uses it, who then fails with a stack trace.
   */
  static String url(Path file) {
    return "jdbc:h2:"
        + file.toAbsolutePath()
        + ";MODE=Oracle;DEFAULT_NULL_ORDERING=HIGH;DB_CLOSE_ON_EXIT=FALSE";
  }

  /**
   * Fills the database, unless it is there; half of one never bears its name, and goes with a
   * process that a signal ends.
   */
  static void create(Path file) throws IOException, SQLException {
    Path target = file.resolveSibling(file.getFileName() + FILE_ENDING);
    if (Files.exists(target)) {
      return;
    }
    Files.createDirectories(target.toAbsolutePath().getParent());
    String unfinished = ".shop-" + UUID.randomUUID();
    Path temporary = file.resolveSibling(unfinished);
    ENDINGS.forEach(ending -> file.resolveSibling(unfinished + ending).toFile().deleteOnExit());
    try (Connection connection = DriverManager.getConnection(url(temporary), "sa", "");
        Statement statement = connection.createStatement()) {
      statement.execute(script());
      statement.execute("shutdown compact");
    }
    Files.move(file.resolveSibling(unfinished + FILE_ENDING), target);
  }

  private static String script() throws IOException {
    try (InputStream in = SampleShop.class.getResourceAsStream("sample-shop.sql")) {
      if (in == null) {
        throw new IOException("the sample database's script is missing from the distribution");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
