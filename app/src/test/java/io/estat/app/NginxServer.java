package io.estat.app;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * nginx as a load balancer before some servers, with its defaults but for what keep-alive towards
 * them needs. Runs as whoever runs the test, with everything it writes in one folder.
 */
final class NginxServer implements AutoCloseable {
  private static final String CONFIGURATION =
      """
      daemon off;
      worker_processes 1;
      pid nginx.pid;
      error_log error.log;
      events { worker_connections 512; }
      http {
        access_log access.log;
        client_body_temp_path body;
        proxy_temp_path proxy;
        fastcgi_temp_path fastcgi;
        uwsgi_temp_path uwsgi;
        scgi_temp_path scgi;
        upstream estat {
      @SERVERS@
          keepalive 32;
        }
        server {
          listen 127.0.0.1:@PORT@;
          location / {
            proxy_pass http://estat;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
          }
        }
      }
      """;

  private final int port;
  private final Process process;
  private final Path folder;

  /**
   * @param folder for its files
   * @param upstreamPorts on 127.0.0.1
   */
  NginxServer(Path folder, int... upstreamPorts) throws IOException {
    this.folder = Files.createDirectories(folder);
    port = freePort();
    String servers =
        Arrays.stream(upstreamPorts)
            .mapToObj(upstream -> "    server 127.0.0.1:" + upstream + ";")
            .collect(Collectors.joining("\n"));
    Path file = folder.resolve("nginx.conf");
    Files.writeString(
        file,
        CONFIGURATION.replace("@SERVERS@", servers).replace("@PORT@", Integer.toString(port)));
    String nginx = Files.isExecutable(Path.of(DEBIAN)) ? DEBIAN : "nginx";
    process =
        new ProcessBuilder(nginx, "-p", folder.toString(), "-c", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("nginx.out").toFile())
            .start();
    await("nginx").until(this::isOpen);
  }

  /** Not on the PATH of every user. */
  private static final String DEBIAN = "/usr/sbin/nginx";

  /** Free a moment ago: for servers that must come back on the port they had. */
  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  int port() {
    return port;
  }

  private boolean isOpen() {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  String errors() throws IOException {
    return Files.readString(folder.resolve("error.log"));
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
