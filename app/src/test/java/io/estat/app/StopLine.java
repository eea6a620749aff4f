package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.app.LoadClient.Answers;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server said last of its books, when nothing more could change.
 *
 * @param values by name
 */
record StopLine(Map<String, Long> values) {
  private static final Pattern VALUE = Pattern.compile("(\\w+)=(\\d+)");

  /** Reads it from a log. */
  static StopLine in(String log) {
    int at = log.lastIndexOf("stopped: ");
    assertThat(at).as("the last line of %s", log).isNotNegative();
    Map<String, Long> values = new HashMap<>();
    Matcher value = VALUE.matcher(log.substring(at));
    while (value.find()) {
      values.put(value.group(1), Long.valueOf(value.group(2)));
    }
    return new StopLine(Map.copyOf(values));
  }

  /** Both identities of the metrics, in the last moment of a process. */
  void assertIdentitiesHold() {
    assertThat(sum("requests"))
        .as("requests = accepted + rejected, in %s", values)
        .isEqualTo(sum("answered_200", "rejected"));
    assertThat(sum("accepted", "recovered"))
        .as("events in = events out and held, in %s", values)
        .isEqualTo(
            sum("stored", "reuploaded", "quarantined", "expired", "in_dlq", "in_journal", "lost"));
  }

  /** That the server counted what the client of its whole life saw, one event a request. */
  void assertAgreesWith(Answers answers) {
    int seen = answers.accepted().cardinality();
    assertThat(sum("accepted"))
        .as("answered 200, and perhaps what saw no answer, in %s", values)
        .isGreaterThanOrEqualTo(sum("answered_200"))
        .isBetween((long) seen, (long) seen + answers.unknown().cardinality());
  }

  private long sum(String... names) {
    long sum = 0;
    for (String name : names) {
      Long value = values.get(name);
      if (value == null) {
        throw new AssertionError(name + " is missing in " + values);
      }
      sum += value;
    }
    return sum;
  }
}
