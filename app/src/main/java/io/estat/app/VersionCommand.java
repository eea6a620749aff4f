package io.estat.app;

import io.estat.jsonl.GzipEngine;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code estat version}: what runs here, one fact a line, for a bug report. */
@Command(name = "version", description = "Print version, commit, Java, natives and gzip.")
final class VersionCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    BuildInfo build = new BuildInfo();
    out.println("estat   " + build.version());
    out.println("commit  " + build.commit());
    out.println("java    " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")");
    out.println("system  " + System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    out.println("natives " + System.getProperty("estat.natives", "none"));
    out.println("gzip    " + GzipEngine.best().name());
    out.flush();
  }
}
