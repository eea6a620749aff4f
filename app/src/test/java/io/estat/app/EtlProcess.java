package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An ETL server in a process of its own, started by the real launcher on a free port. */
final class EtlProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(120);

  private final IngestProcess process;
  private final URI url;

  private EtlProcess(IngestProcess process, URI url) {
    this.process = process;
    this.url = url;
  }

  /** Nothing but what the ETL server needs beside source, store and job store. */
  static IngestProcess.Setup setup(Path folder) {
    return new IngestProcess.Setup(folder)
        .without("HTTP_ADDR")
        .without("DLQ_DIR")
        .without("LOG_PRETTY")
        .with("RATE_LIMIT_ENABLED", "false")
        .command("etl");
  }

  /** Returns when it is ready. */
  static EtlProcess start(IngestProcess.Setup setup) throws IOException {
    int port = freePort();
    IngestProcess process = setup.with("SERVER_PORT", Integer.toString(port)).launch();
    var server = new EtlProcess(process, URI.create("http://localhost:" + port));
    await("ready")
        .atMost(START)
        .failFast(() -> assertThat(process.isAlive()).as(process.out() + process.err()).isTrue())
        .until(server::isReady);
    return server;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean isReady() {
    try {
      return IngestProcess.send(request("/api/ready")).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** The body of the answer, which is 200. */
  String get(String path) throws IOException {
    HttpResponse<String> answer = IngestProcess.send(request(path));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  /**
   * @param body JSON, or empty
   */
  HttpResponse<String> post(String path, String body) throws IOException {
    HttpRequest.Builder request = request(path).POST(BodyPublishers.ofString(body));
    return IngestProcess.send(
        body.isEmpty() ? request : request.header("Content-Type", "application/json"));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(url.resolve(path)).timeout(Duration.ofSeconds(60));
  }

  /** The first value of this name. */
  static String value(String name, String json) {
    Matcher value = Pattern.compile("\"" + name + "\":\"?([^\",}]+)").matcher(json);
    assertThat(value.find()).as(json).isTrue();
    return value.group(1);
  }

  String out() {
    return process.out();
  }

  /** TERM, KILL, STOP, CONT. */
  void signal(String name) throws IOException, InterruptedException {
    process.signal(name);
  }

  /** SIGTERM, then the exit code. */
  int stop() throws IOException, InterruptedException {
    return process.stop();
  }

  @Override
  public void close() {
    process.close();
  }
}
