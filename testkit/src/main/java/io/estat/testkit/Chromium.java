package io.estat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A headless Chromium with a fresh profile and one page, driven over its DevTools protocol
 * (https://chromedevtools.github.io/devtools-protocol/). Used by one thread.
 */
public final class Chromium implements AutoCloseable {
  private static final int LIMIT_SECONDS = 60;
  private static final Pattern PORT = Pattern.compile("DevTools listening on ws://[^:]+:(\\d+)/");
  private static final Pattern PAGE =
      Pattern.compile(
          "\"type\": \"page\".*?\"webSocketDebuggerUrl\": \"([^\"]+)\"", Pattern.DOTALL);
  private static final Pattern ID = Pattern.compile("^\\{\"id\":(\\d+),");
  private static final Pattern VALUE = Pattern.compile("\"value\":\"((?:[^\"\\\\]++|\\\\.)*+)\"");
  private static final Pattern DATA = Pattern.compile("\"data\":\"([^\"]+)\"");

  private final Process process;
  private final WebSocket page;
  private final Map<Integer, CompletableFuture<String>> answers = new ConcurrentHashMap<>();
  private int commands;

  /**
   * @param folder for its profile
   */
  public Chromium(Path folder) throws IOException, InterruptedException {
    Path log = Files.createDirectories(folder).resolve("chromium.log");
    process =
        new ProcessBuilder(commandLine(folder))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    await("chromium")
        .atMost(Duration.ofSeconds(LIMIT_SECONDS))
        .until(() -> PORT.matcher(Files.readString(log)).find());
    Matcher port = PORT.matcher(Files.readString(log));
    assertThat(port.find()).isTrue();
    HttpClient http = HttpClient.newHttpClient();
    page =
        http.newWebSocketBuilder()
            .buildAsync(URI.create(pageUrl(http, port.group(1))), new Listener())
            .join();
    command("Page.enable", "{}");
  }

  private static List<String> commandLine(Path folder) {
    List<String> words = new ArrayList<>(List.of(binary(), "--headless", "--disable-gpu"));
    if (System.getProperty("user.name").equals("root")) {
      words.add("--no-sandbox");
    }
    words.addAll(
        List.of(
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--window-size=900,700",
            "--remote-debugging-port=0",
            "--user-data-dir=" + folder.resolve("profile"),
            "about:blank"));
    return words;
  }

  private static String binary() {
    return Stream.of("chromium", "chromium-browser", "google-chrome")
        .flatMap(
            name -> Stream.of(System.getenv("PATH").split(":")).map(folder -> folder + "/" + name))
        .filter(file -> Files.isExecutable(Path.of(file)))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no chromium is on the PATH"));
  }

  /** It speaks before it has its first page. */
  private static String pageUrl(HttpClient http, String port) {
    URI list = URI.create("http://127.0.0.1:" + port + "/json/list");
    HttpRequest request = HttpRequest.newBuilder(list).build();
    return await("a page")
        .atMost(Duration.ofSeconds(LIMIT_SECONDS))
        .until(
            () ->
                PAGE.matcher(http.send(request, BodyHandlers.ofString()).body())
                    .results()
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow()
        .group(1);
  }

  /** Goes to a page and waits until it is loaded. */
  public void open(String url) {
    command("Page.navigate", "{\"url\":\"" + url + "\"}");
    // While a page goes and the next comes there may be none that answers.
    await("loaded")
        .atMost(Duration.ofSeconds(LIMIT_SECONDS))
        .untilAsserted(
            () ->
                assertThat(run("location.href + ' ' + document.readyState"))
                    .isEqualTo(url + " complete"));
  }

  /** Runs an expression, waits for its promise if it is one, and returns its string. */
  public String run(String expression) {
    String answer =
        command(
            "Runtime.evaluate",
            "{\"awaitPromise\":true,\"userGesture\":true,\"expression\":\""
                + expression.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n")
                + "\"}");
    Matcher value = VALUE.matcher(answer);
    assertThat(value.find() && !answer.contains("exceptionDetails"))
        .as("a string from " + answer)
        .isTrue();
    return value.group(1);
  }

  /** Writes what the page looks like as a PNG. */
  public void screenshot(Path file) throws IOException {
    Matcher data = DATA.matcher(command("Page.captureScreenshot", "{}"));
    assertThat(data.find()).isTrue();
    Files.write(file, Base64.getDecoder().decode(data.group(1)));
  }

  private String command(String method, String parameters) {
    int id = ++commands;
    var answer = new CompletableFuture<String>();
    answers.put(id, answer);
    page.sendText(
            "{\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + parameters + "}", true)
        .join();
    return answer.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
  }

  /** Gathers the parts of a message; events, which have no id, are passed over. */
  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        String message = text.toString();
        text.setLength(0);
        Matcher id = ID.matcher(message);
        if (id.find()) {
          Objects.requireNonNull(answers.get(Integer.valueOf(id.group(1)))).complete(message);
        }
      }
      socket.request(1);
      return CompletableFuture.completedStage(null);
    }
  }

  @Override
  public void close() {
    page.abort();
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    process.onExit().join();
    children.forEach(ProcessHandle::destroyForcibly);
  }
}
