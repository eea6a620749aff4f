package io.estat.bench;

/**
 * What the flags of {@code app/src/dist/jvm/ingest.options} give: each row takes one back. The AOT
 * cache fits only the flags it was trained with, so all but the first row go without it and are to
 * be compared with the second.
 */
enum JvmFlags {
  SHIPPED("as shipped", ""),
  NO_CACHE("without the AOT cache", "-XX:AOTMode=off"),
  G1("... and G1 for Serial GC", "-XX:AOTMode=off -XX:-UseSerialGC -XX:+UseG1GC"),
  WIDE_HEADERS("... and headers of 12 bytes", "-XX:AOTMode=off -XX:-UseCompactObjectHeaders"),
  EAGER_COMPILERS(
      "... and CompileThresholdScaling=1", "-XX:AOTMode=off -XX:CompileThresholdScaling=1"),
  NETTY_EVENTS(
      "... and Netty's Flight Recorder events", "-XX:AOTMode=off -Dio.netty.jfr.enabled=true"),
  LEAK_DETECTION(
      "... and Netty's leak detection", "-XX:AOTMode=off -Dio.netty.leakDetection.level=simple");

  /** One server with them, started and then measured. */
  record Round(double readySeconds, Measurement measured) {}

  private final String title;
  private final String options;

  JvmFlags(String title, String options) {
    this.title = title;
    this.options = options;
  }

  String title() {
    return title;
  }

  /** More flags for the JVM, which win over the shipped ones; empty for none. */
  String options() {
    return options;
  }
}
