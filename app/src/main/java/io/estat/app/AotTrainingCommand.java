package io.estat.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * {@code estat aot-training}: does once what a server does from its start to its first put, in this
 * JVM, and ends. The JVM that builds the distribution records which classes that took into the AOT
 * cache; a class that is not touched here is parsed and verified at every start.
 */
@Command(name = "aot-training", hidden = true, description = "Train the AOT cache.")
final class AotTrainingCommand implements Runnable {

  @Override
  public void run() {
    commandLine("--help");
    commandLine("version");
  }

  /** Parses and prints as a user's command does, but into nothing. */
  private static void commandLine(String... args) {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    CommandLine line = Estat.commandLine().setOut(nowhere).setErr(nowhere);
    int exitCode = line.execute(args);
    if (exitCode != 0) {
      throw new IllegalStateException(
          "estat " + String.join(" ", args) + " ended with " + exitCode);
    }
  }
}
