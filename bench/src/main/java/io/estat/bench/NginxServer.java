package io.estat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * nginx answering every request with an empty 200, with one worker and nothing written to a log:
 * about the least that a server written in C can do for a request. Everything else is its default.
 */
record NginxServer(Process started, int port) implements Server {
  private static final String CONFIGURATION =
      """
      daemon off;
      worker_processes 1;
      pid nginx.pid;
      error_log error.log;
      events { worker_connections 4096; }
      http {
        access_log off;
        keepalive_requests 1000000000;
        client_body_temp_path body;
        proxy_temp_path proxy;
        fastcgi_temp_path fastcgi;
        uwsgi_temp_path uwsgi;
        scgi_temp_path scgi;
        server {
          listen 127.0.0.1:@PORT@@SSL@;
          location / { return 200 ""; }
        }
      }
      """;

  /**
   * Starts it and returns when it listens.
   *
   * @param prefix words before the command
   * @param tls certificate and key, or none
   */
  static NginxServer start(Path folder, List<String> prefix, List<Path> tls) throws IOException {
    int port = Ports.free();
    String ssl =
        tls.isEmpty()
            ? ""
            : " ssl; ssl_certificate %s; ssl_certificate_key %s".formatted(tls.toArray());
    Path file = folder.resolve("nginx.conf");
    Files.writeString(
        file, CONFIGURATION.replace("@PORT@", Integer.toString(port)).replace("@SSL@", ssl));
    List<String> command = new ArrayList<>(prefix);
    command.addAll(List.of("nginx", "-p", folder.toString(), "-c", file.toString()));
    Path out = folder.resolve("nginx.out");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    try {
      Ports.awaitOpen(process, port);
    } catch (IOException e) {
      process.destroyForcibly();
      throw new IOException("nginx is not ready: " + Files.readString(out), e);
    }
    return new NginxServer(process, port);
  }

  /** For example {@code nginx/1.26.3}. */
  static String version() throws IOException {
    Process process = new ProcessBuilder("nginx", "-v").redirectErrorStream(true).start();
    try (Stream<String> lines = process.inputReader().lines()) {
      return lines.collect(Collectors.joining()).replace("nginx version: ", "").strip();
    }
  }

  @Override
  public ProcessHandle process() {
    return started.toHandle();
  }

  @Override
  public Usage awaitLanded() throws IOException {
    return Usage.of(process());
  }

  /** The master ends its worker. */
  @Override
  public void close() {
    started.destroy();
    started.onExit().join();
  }
}
