package io.estat.bench.etl;

import io.estat.testkit.PostgresServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

/**
 * Spark from PyPI in a virtual environment, with its JDBC source in four partitions and one session
 * for all rounds. It runs on the JVM of the bench.
 */
final class SparkPeer implements Contender {
  private static final String VERSION = "4.3.0";
  private static final String READY = "ready ";

  private final Process process;
  private final BufferedReader answers;
  private final String version;

  /**
   * Installs Spark if it is not there, and starts a session.
   *
   * @param folder where the virtual environment is, or will be
   * @throws IOException if there is no Python, no Spark, or no session; with what it said
   */
  SparkPeer(Path folder, String url, String table, int rows)
      throws IOException, InterruptedException, SQLException {
    Files.createDirectories(folder);
    Path log = folder.resolve("spark.log");
    Path python = install(folder, log);
    Path script = folder.resolve("spark_peer.py");
    try (InputStream in = SparkPeer.class.getResourceAsStream("spark_peer.py")) {
      Files.copy(java.util.Objects.requireNonNull(in), script, StandardCopyOption.REPLACE_EXISTING);
    }
    var builder =
        new ProcessBuilder(
                python.toString(),
                script.toString(),
                url,
                PostgresServer.USER,
                PostgresServer.PASSWORD,
                table,
                Integer.toString(rows),
                driver(url).toString())
            .redirectError(log.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    process = builder.start();
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String ready = answers.readLine();
    if (ready == null || !ready.startsWith(READY)) {
      throw new IOException("Spark does not start; see " + log);
    }
    version = ready.substring(READY.length());
  }

  private static Path install(Path folder, Path log) throws IOException, InterruptedException {
    Path environment = folder.resolve("venv");
    Path python = environment.resolve("bin/python");
    if (!Files.exists(environment.resolve("bin/spark-submit"))) {
      run(log, List.of("python3", "-m", "venv", environment.toString()));
      run(log, List.of(python.toString(), "-m", "pip", "install", "pyspark==" + VERSION));
    }
    return python;
  }

  private static void run(Path log, List<String> command) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    if (code != 0) {
      throw new IOException("%s ended with %d; see %s".formatted(command, code, log));
    }
  }

  /** The jar of the JDBC driver of this class path. */
  private static Path driver(String url) throws SQLException, IOException {
    try {
      return Path.of(
          DriverManager.getDriver(url)
              .getClass()
              .getProtectionDomain()
              .getCodeSource()
              .getLocation()
              .toURI());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  @Override
  public String name() {
    return "Spark " + version + " JDBC";
  }

  @Override
  public void land(Path folder) throws IOException {
    var out = process.getOutputStream();
    out.write((folder.resolve("spark") + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
    if (!"landed".equals(answers.readLine())) {
      throw new IOException("Spark did not land the table; see its log");
    }
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      process.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
