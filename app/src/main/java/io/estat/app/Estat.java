package io.estat.app;

import io.estat.ingest.config.ConfigException;
import io.estat.ingest.disk.FolderHeldException;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/**
 * The {@code estat} command. Each subcommand is a class of its own that is named here and in the
 * launcher's list of profiles ({@code src/dist/bin/estat}), and returns the exit code.
 *
 * <p>Exit codes: 0 done, 1 failed, 2 the command line or the configuration is wrong; others are
 * documented at the command.
 */
@Command(
    name = "estat",
    description = "Lands records in object storage as gzip'd JSON Lines.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = BuildInfo.class,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    subcommands = {
      IngestCommand.class,
      EtlCommand.class,
      ExtractCommand.class,
      DemoCommand.class,
      DemoEtlCommand.class,
      CatCommand.class,
      DlqCommand.class,
      VersionCommand.class,
      AotTrainingCommand.class
    })
public final class Estat {

  public static void main(String[] args) {
    // A server's start does not pay for a parser that has nothing to parse.
    boolean plainIngest = args.length == 1 && args[0].equals("ingest");
    System.exit(plainIngest ? IngestCommand.run() : commandLine().execute(args));
  }

  /** The whole command line, for {@link #main} and for tests. */
  static CommandLine commandLine() {
    return new CommandLine(new Estat())
        .setUsageHelpLongOptionsMaxWidth(30)
        .setExecutionExceptionHandler(Estat::explain);
  }

  /**
   * A failure that a command expects is told in a line; anything else is a bug and is shown whole.
   */
  private static int explain(Exception e, CommandLine command, ParseResult parsed)
      throws Exception {
    String name = command.getCommandSpec().qualifiedName();
    if (e instanceof ConfigException || e instanceof FolderHeldException) {
      command.getErr().println(name + ": " + e.getMessage());
      return 2;
    }
    if (e instanceof IOException || e instanceof IllegalArgumentException) {
      command.getErr().println(name + ": " + e.getMessage());
      return 1;
    }
    throw e;
  }
}
