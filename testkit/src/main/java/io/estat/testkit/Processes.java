package io.estat.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Outer programs of tests: under a user that is not root, and never outliving the JVM. */
final class Processes {
  /** The user that owns nothing, for servers that refuse to run as root. */
  static final String UNPRIVILEGED = "nobody";

  /**
   * Runs a command until the standard input ends, which it does with the JVM, however that ends;
   * then stops the command and removes the folder.
   */
  private static final String UNTIL_END_OF_INPUT =
      """
      exec 3<&0
      folder=$1; shift
      trap '' INT TERM HUP
      "$@" </dev/null 3<&- &
      child=$!
      (while read -r line; do :; done
       kill -QUIT $child 2>/dev/null
       while kill -0 $child 2>/dev/null; do sleep 0.1; done
       rm -rf "$folder") <&3 >/dev/null 2>&1 &
      wait $child
      """;

  private Processes() {}

  static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A program that {@code go install} puts into {@code ~/go/bin}: the one that the variable names,
   * else the first of the PATH.
   */
  static Path goBinary(String name, String variable, String module) {
    Stream<String> onPath =
        Stream.of(String.valueOf(System.getenv("PATH")).split(":"))
            .map(directory -> directory + "/" + name);
    return Stream.of(
            Stream.ofNullable(System.getenv(variable)),
            onPath,
            Stream.of(System.getProperty("user.home") + "/go/bin/" + name))
        .flatMap(places -> places)
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "no %s found in %s, PATH or ~/go/bin; install it with 'go install %s@latest'"
                        .formatted(name, variable, module)));
  }

  /** Whether a GET is answered 200 within a second. */
  static boolean isHealthy(String url) {
    var request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(1)).build();
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The command as another user if this JVM is root's, else as it is. */
  static List<String> as(String user, String... command) {
    var whole = new ArrayList<String>();
    if (isRoot()) {
      whole.addAll(List.of("setpriv", "--reuid", user, "--regid", group(user), "--clear-groups"));
    }
    whole.addAll(List.of(command));
    return whole;
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static String group(String user) {
    return user.equals(UNPRIVILEGED) ? "nogroup" : user;
  }

  /** A new folder that the user owns. */
  static Path folderOf(String user, Path folder) throws IOException {
    Files.createDirectory(folder);
    if (isRoot()) {
      Files.setOwner(
          folder,
          folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user));
    }
    return folder;
  }

  /** Runs to the end; what it wrote is in the message if it fails. */
  static void run(Path folder, String logName, List<String> command) throws IOException {
    Path log = folder.resolve(logName);
    // A folder that the other user may enter: a program may want to come back to where it began.
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    await(builder.redirectErrorStream(true).redirectOutput(log.toFile()).start(), command, log);
  }

  /** Runs to the end with the stream as its standard input. */
  static void feed(InputStream input, List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (OutputStream to = process.getOutputStream()) {
      input.transferTo(to);
    }
    await(process, command, null);
  }

  private static void await(Process process, List<String> command, @Nullable Path log)
      throws IOException {
    try {
      if (process.waitFor() != 0) {
        throw new IOException(
            "%s failed%s".formatted(command, log == null ? "" : ": " + Files.readString(log)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + command, e);
    }
  }

  /** Starts a server that ends with the JVM; its folder is removed then. */
  static Process startWithJvm(Path folder, Path log, List<String> command) throws IOException {
    var whole = new ArrayList<String>();
    whole.addAll(List.of("sh", "-c", UNTIL_END_OF_INPUT, "sh", folder.toString()));
    whole.addAll(command);
    return new ProcessBuilder(whole)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .directory(folder.toFile())
        .start();
  }

  /** Returns when the server serves. */
  static void awaitReady(
      String name, Process process, Path log, Duration limit, BooleanSupplier ready)
      throws IOException {
    long deadlineNanos = System.nanoTime() + limit.toNanos();
    while (!ready.getAsBoolean()) {
      if (!process.isAlive() || System.nanoTime() > deadlineNanos) {
        String said = Files.exists(log) ? Files.readString(log) : "its folder is gone";
        throw new IOException("%s is not ready: %s".formatted(name, said));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }
}
