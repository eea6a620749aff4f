package io.estat.jsonl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Random;

/** Input for measurements and large round trips. */
final class SampleData {
  private SampleData() {}

  /** Lines as the ingest server writes them, about 400 bytes each. */
  static byte[] eventLines(int bytes, long seed) {
    Random random = new Random(seed);
    StringBuilder lines = new StringBuilder(bytes + 1000);
    while (lines.length() < bytes) {
      lines
          .append("{\"ts\":")
          .append(1_700_000_000L + lines.length() / 100_000)
          .append(",\"ip\":\"203.0.113.")
          .append(random.nextInt(256))
          .append("\",\"user_agent\":\"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, ")
          .append("like Gecko) Chrome/")
          .append(100 + random.nextInt(40))
          .append(".0.0.0 Safari/537.36\",\"cookie\":\"sid=")
          .append(Long.toHexString(random.nextLong()))
          .append("\",\"body\":\"{\\\"event\\\":\\\"page_view\\\",\\\"url\\\":")
          .append("\\\"https://shop.example/p/")
          .append(random.nextInt(5000))
          .append("\\\",\\\"name\\\":\\\"café\\\",\\\"visitor\\\":\\\"")
          .append(Long.toHexString(random.nextLong()))
          .append("\\\"}\"}\n");
    }
    return lines.toString().getBytes(UTF_8);
  }

  static byte[] incompressible(int bytes, long seed) {
    byte[] noise = new byte[bytes];
    new Random(seed).nextBytes(noise);
    return noise;
  }
}
