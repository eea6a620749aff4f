package io.estat.etl.server.log;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Reads along with whatever this module's tests print, which is their log, and fails a class of
 * tests after which a secret stands there. JUnit finds it by itself: no class can leave it out.
 * Secrets are told by {@link io.estat.etl.server.RunningServer}, which sees the settings and the
 * credentials of every request.
 */
public final class SecretsInLogs implements BeforeAllCallback, AfterAllCallback {
  /** Shorter ones may stand in a log by chance. */
  private static final int MIN_LENGTH = 12;

  private static final Pattern SECRET_SETTING = Pattern.compile(".*(PASSWORD|SECRET|API_KEYS)");
  private static final Set<String> SECRETS = ConcurrentHashMap.newKeySet();
  private static final ByteArrayOutputStream PRINTED = new ByteArrayOutputStream();

  /** No log may show it from now on. */
  public static void keepOut(String secret) {
    if (secret.length() >= MIN_LENGTH) {
      SECRETS.add(secret);
    }
  }

  /** Nor any secret among these settings. */
  public static void keepOut(Map<String, String> settings) {
    settings.forEach(
        (name, value) -> {
          if (SECRET_SETTING.matcher(name).matches()) {
            List.of(value.split(",", -1)).stream()
                .map(entry -> entry.substring(entry.lastIndexOf(':') + 1).strip())
                .forEach(SecretsInLogs::keepOut);
          }
        });
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    if (!(System.out instanceof Tee)) {
      System.setOut(new Tee(System.out));
    }
    if (!(System.err instanceof Tee)) {
      System.setErr(new Tee(System.err));
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    check();
  }

  /**
   * @throws AssertionError if what was printed since the last check shows a secret
   */
  static void check() {
    String printed;
    synchronized (PRINTED) {
      printed = PRINTED.toString(StandardCharsets.UTF_8);
      PRINTED.reset();
    }
    List<String> shown = linesWith(SECRETS, printed);
    if (!shown.isEmpty()) {
      throw new AssertionError(
          "the log shows a secret of the tests (written as <secret>) in:\n"
              + String.join("\n", shown));
    }
  }

  /** Lines of the text that show one of the secrets, which is blanked out. */
  static List<String> linesWith(Set<String> secrets, String text) {
    return text.lines()
        .filter(line -> secrets.stream().anyMatch(line::contains))
        .map(
            line -> {
              String blank = line;
              for (String secret : secrets) {
                blank = blank.replace(secret, "<secret>");
              }
              return blank;
            })
        .distinct()
        .toList();
  }

  private static final class Tee extends PrintStream {
    Tee(PrintStream to) {
      super(
          new OutputStream() {
            @Override
            public void write(int b) {
              write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
              to.write(bytes, offset, length);
              synchronized (PRINTED) {
                PRINTED.write(bytes, offset, length);
              }
            }

            @Override
            public void flush() {
              to.flush();
            }
          },
          true,
          StandardCharsets.UTF_8);
    }
  }
}
