package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.estat.app.IngestProcess.Setup;
import io.estat.testkit.Chromium;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real browser sends from a page of another origin, and what lands. */
final class ChromiumIT {
  @TempDir Path folder;
  private Setup setup;
  private IngestProcess server;
  private HttpServer site;
  private Chromium chromium;

  @BeforeEach
  void start() throws Exception {
    setup =
        new Setup(folder)
            .with("FLUSH_INTERVAL", "300ms")
            .with("DRAIN_DELAY", "0s")
            .with("STATUS_PAGE", "true");
    server = setup.start();
    site = site();
    chromium = new Chromium(folder.resolve("chromium"));
  }

  @AfterEach
  void stop() {
    chromium.close();
    site.stop(0);
    server.close();
  }

  @Test
  void landsABeaconSentWhileThePageUnloads() throws Exception {
    chromium.open(page("/shop"));
    chromium.run(
        "addEventListener('pagehide', () => navigator.sendBeacon('"
            + collect()
            + "', 'beacon at unload')); 'armed'");
    chromium.open(page("/elsewhere"));
    assertThat(landed(1))
        .singleElement()
        .asString()
        .contains("\"body\":\"beacon at unload\"")
        .contains("\"user_agent\":\"Mozilla/5.0")
        .contains("HeadlessChrome");
  }

  @Test
  void letsThePageReadTheAnswerToAKeepaliveFetch() throws Exception {
    assertThat(fetch("{method: 'POST', keepalive: true, body: 'umlaut ä, snowman ☃'}"))
        .isEqualTo("true 200 cors");
    assertThat(landed(1)).singleElement().asString().contains("\"body\":\"umlaut ä, snowman ☃\"");
  }

  @Test
  void answersThePreflightOfACrossOriginPost() throws Exception {
    String read =
        fetch(
            "{method: 'POST', headers: {'Content-Type': 'application/json', 'X-Write-Key': 'any'},"
                + " body: JSON.stringify({a: [1, 2]})}");
    assertThat(read).isEqualTo("true 200 cors");
    assertThat(landed(1)).singleElement().asString().contains("\"body\":\"{\\\"a\\\":[1,2]}\"");
  }

  /** Fetches from the page of the other origin; what its script may read of the answer. */
  private String fetch(String options) {
    chromium.open(page("/shop"));
    String answer = ".then(r => r.ok + ' ' + r.status + ' ' + r.type)";
    return chromium.run("fetch('" + collect() + "', " + options + ")" + answer);
  }

  @Test
  void loadsThePixel() throws Exception {
    chromium.open(page("/shop"));
    String size =
        chromium.run(
            "new Promise((done, failed) => { const pixel = new Image();"
                + " pixel.onload = () => done(pixel.naturalWidth + 'x' + pixel.naturalHeight);"
                + " pixel.onerror = () => failed('not an image');"
                + " pixel.src = '"
                + collect()
                + ".gif?event=view&page=%2Fshop'; })");
    assertThat(size).isEqualTo("1x1");
    assertThat(landed(1)).singleElement().asString().contains("event=view&page=%2Fshop");
  }

  @Test
  void showsLiveCountersAndSendsTestEventsFromTheBuiltInPage() throws Exception {
    chromium.open("http://127.0.0.1:" + server.port() + "/");
    press("fetch", "fetch: 200, accepted");
    press("beacon", "sendBeacon: queued by the browser");
    List<String> lines = landed(2);
    assertThat(lines)
        .anySatisfy(line -> assertThat(line).contains("\\\"how\\\":\\\"fetch\\\""))
        .anySatisfy(line -> assertThat(line).contains("\\\"how\\\":\\\"sendBeacon\\\""));
    await("counters")
        .atMost(Duration.ofSeconds(60))
        .until(() -> counters().contains("events accepted=2 ") && counters().contains("stored=2 "));
    Path picture = Files.createDirectories(Path.of("target")).resolve("status-page.png");
    chromium.screenshot(picture);
    assertThat(picture).isNotEmptyFile();
  }

  private void press(String button, String answer) {
    chromium.run("document.getElementById('" + button + "').click(); 'pressed'");
    await(answer)
        .atMost(Duration.ofSeconds(60))
        .until(() -> chromium.run("document.getElementById('answer').textContent").equals(answer));
  }

  private String counters() {
    return chromium.run(
        "[...document.querySelectorAll('#counters tr')]"
            + ".map(r => r.cells[0].textContent + '=' + r.cells[1].textContent + ' ').join('')");
  }

  private List<String> landed(int events) throws IOException {
    await("landed")
        .atMost(Duration.ofSeconds(60))
        .until(() -> Landed.linesIn(setup.store()).size() >= events);
    List<String> lines = Landed.linesIn(setup.store());
    assertThat(lines).as("nothing was sent twice").hasSize(events);
    return lines;
  }

  private String collect() {
    return "http://127.0.0.1:" + server.port() + "/collect";
  }

  /** Another origin than the server's: another port. */
  private String page(String path) {
    return "http://127.0.0.1:" + site.getAddress().getPort() + path;
  }

  private static HttpServer site() throws IOException {
    var site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] page = "<!doctype html><title>A shop</title>".getBytes(StandardCharsets.UTF_8);
    site.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
          }
        });
    site.start();
    return site;
  }
}
