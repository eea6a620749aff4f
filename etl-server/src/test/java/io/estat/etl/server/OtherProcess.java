package io.estat.etl.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A second JVM with the class path of the tests. It and the test speak in lines; what it logs is
 * passed over. Used by one thread.
 */
public final class OtherProcess implements AutoCloseable {
  private static final String MARK = "## ";

  private final Process process;
  private final BufferedReader lines;

  private OtherProcess(Process process) {
    this.process = process;
    lines = process.inputReader(StandardCharsets.UTF_8);
  }

  public static OtherProcess start(Class<?> main, String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return new OtherProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start());
  }

  /** Waits until the process tells this; fails if it ends before, or tells something else. */
  public void await(String word) throws IOException {
    var heard = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      heard.append(line).append('\n');
      if (line.equals(MARK + word)) {
        return;
      }
      if (line.startsWith(MARK)) {
        break;
      }
    }
    throw new AssertionError("the other process did not tell '" + word + "':\n" + heard);
  }

  public void say(String word) throws IOException {
    process.outputWriter(StandardCharsets.UTF_8).append(word).append('\n').flush();
  }

  /** In the other process. */
  public static void tell(String word) {
    System.out.println(MARK + word);
  }

  /** In the other process: waits for the next word, for ever if there is none. */
  public static String hear() {
    try {
      var word = new StringBuilder();
      for (int c = System.in.read(); c >= 0 && c != '\n'; c = System.in.read()) {
        word.append((char) c);
      }
      return word.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code STOP} or {@code CONT}. */
  public void signal(String name) throws IOException, InterruptedException {
    var command = List.of("kill", "-" + name, Long.toString(process.pid()));
    if (new ProcessBuilder(command).start().waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " failed");
    }
  }

  /** As by {@code kill -9}; returns when it is dead. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
