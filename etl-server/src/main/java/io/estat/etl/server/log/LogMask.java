package io.estat.etl.server.log;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.core.env.Environment;

/**
 * Blanks out secrets: every configured one wherever it stands, and what looks like one (passwords
 * in URLs, tokens, keys, sessions of uploads).
 */
public final class LogMask {
  /** The property with the configured secrets, a {@code String[]}. */
  public static final String SECRETS = "estat.secrets";

  private static final String MASKED = "***";

  /** Group 1 stays. */
  private static final List<Pattern> LOOKS_LIKE_ONE =
      List.of(
          Pattern.compile("(?i)(\\bbearer\\s+)[A-Za-z0-9._~+/=-]+"),
          Pattern.compile("()\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*"),
          Pattern.compile("(://[^/@\\s:]*:)[^/@\\s]+(?=@)"),
          Pattern.compile("(?i)(jdbc:oracle:thin:[^/@\\s]*/)[^@\\s]+(?=@)"),
          Pattern.compile(
              "(?i)((?:x-api-key|password|passwd|pwd|secret|access_token|upload_id|signature)"
                  + "[\"']?\\s*[=:]\\s*[\"']?)[^\\s\"'&,;)}]+"));

  private final List<String> secrets;

  public LogMask(List<String> secrets) {
    // The longest first: one may be part of another.
    this.secrets =
        secrets.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
  }

  LogMask(Environment environment) {
    this(Arrays.asList(environment.getProperty(SECRETS, String[].class, new String[0])));
  }

  public String apply(String text) {
    String masked = text;
    for (String secret : secrets) {
      masked = masked.replace(secret, MASKED);
    }
    for (Pattern pattern : LOOKS_LIKE_ONE) {
      masked = pattern.matcher(masked).replaceAll("$1" + MASKED);
    }
    return masked;
  }
}
