package io.estat.app;

import io.estat.app.ExtractProcess.Wish;
import java.io.Console;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code estat extract}: copies tables once, without a server; the same code as a job of one. Names
 * no class of the engine, since every command looks at all of them and only this one has the engine
 * on its class path.
 */
@Command(
    name = "extract",
    description = "Copy tables of a database to a bucket or folder, once.",
    footer = {
      "",
      "The password comes from SOURCE_PASSWORD or is asked for.",
      "Under the destination land TABLE.jsonl.gz, TABLE.schema.json and, when every",
      "table is complete, _manifest.json. S3_ENDPOINT and AWS_REGION mean the same",
      "as for the servers.",
      "",
      "--dry-run reads catalogs and no rows, begins an upload that it aborts, prints",
      "what was found with what to do about it, and how each table would be read.",
      "",
      "Exit codes: 0 every table landed, or would; 1 a table or the job failed, or",
      "would; 2 the command line is wrong; 130 stopped by a signal."
    })
final class ExtractCommand implements Callable<Integer> {
  @Option(
      names = "--source",
      required = true,
      paramLabel = "JDBC-URL",
      description =
          "jdbc:oracle:thin:@..., jdbc:postgresql:, jdbc:mariadb:, jdbc:mysql: or jdbc:h2:.")
  private String source = "";

  @Option(names = "--user", paramLabel = "USER", description = "User of the database.")
  private @Nullable String user;

  @Option(
      names = "--tables",
      required = true,
      split = ",",
      paramLabel = "TABLE",
      description = "TABLE or OWNER.TABLE, separated by commas.")
  private List<String> tables = List.of();

  @Option(
      names = "--to",
      required = true,
      paramLabel = "URL-OR-FOLDER",
      description = "s3://bucket/prefix, gs://bucket/prefix, or a folder.")
  private String to = "";

  @Option(
      names = "--parallel",
      paramLabel = "N",
      defaultValue = "4",
      description = "Chunks read at the same time (default: ${DEFAULT-VALUE}).")
  private int parallel;

  @Option(names = "--no-verify", description = "Do not ask the database for its own counts.")
  private boolean noVerify;

  @Option(names = "--dry-run", description = "Look whether it would work, and how; land nothing.")
  private boolean dryRun;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    var wish =
        new Wish(source, user, password(), List.copyOf(tables), to, parallel, !noVerify, dryRun);
    CommandLine line = spec.commandLine();
    try {
      return new ExtractProcess(line.getOut(), line.getErr()).run(wish);
    } catch (IllegalArgumentException e) {
      line.getErr().println(spec.qualifiedName() + ": " + e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
  }

  @SuppressWarnings("SystemConsoleNull") // null again from JDK 25 on where there is no terminal
  private @Nullable String password() {
    String given = System.getenv("SOURCE_PASSWORD");
    if (given != null || user == null) {
      return given;
    }
    Console console = System.console();
    char[] typed = console == null ? null : console.readPassword("Password of %s: ", user);
    return typed == null ? null : new String(typed);
  }
}
