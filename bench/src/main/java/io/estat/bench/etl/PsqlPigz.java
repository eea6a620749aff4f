package io.estat.bench.etl;

import io.estat.testkit.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/**
 * {@code psql} and {@code pigz}, one pipe: the shell's way.
 *
 * @param url for JDBC
 */
record PsqlPigz(String url, String table) implements Contender {
  @Override
  public String name() {
    return "psql \\| pigz -1 -p1";
  }

  @Override
  public boolean doublesBackslashes() {
    return true;
  }

  @Override
  public void land(Path folder) throws IOException, InterruptedException {
    URI server = URI.create(url.substring("jdbc:".length()));
    String pipe =
        "set -o pipefail; psql -h %s -p %d -U %s -d %s -qAtc 'copy (select row_to_json(t) from %s t) to stdout' | pigz -1 -p1 > %s"
            .formatted(
                server.getHost(),
                server.getPort(),
                PostgresServer.USER,
                server.getPath().substring(1),
                table,
                folder.resolve("peer.jsonl.gz"));
    var builder = new ProcessBuilder("bash", "-c", pipe).inheritIO();
    builder.environment().put("PGPASSWORD", PostgresServer.PASSWORD);
    int code = builder.start().waitFor();
    if (code != 0) {
      throw new IOException("psql | pigz ended with " + code);
    }
  }
}
