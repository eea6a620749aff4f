package io.estat.ingest.config;

/**
 * Every environment variable of the ingest server: its default, what is allowed, and what it means.
 * The README's table is this list.
 */
public enum Setting {
  STORE_URL("", "s3://bucket, file:///folder", "Where objects go. Either this or RAW_BUCKET."),
  RAW_BUCKET("", "a bucket's name", "RAW_BUCKET=b means STORE_URL=s3://b."),
  RAW_PREFIX("raw", "letters, digits, . _ - / =", "Prefix of the objects."),
  DLQ_PREFIX("raw_dlq", "letters, digits, . _ - / =", "Prefix of what cannot be put among them."),
  AWS_REGION("", "a region's name", "Region of the bucket; without it the AWS SDK's own search."),
  S3_ENDPOINT("", "http(s)://host:port", "An S3-compatible server, addressed path style."),
  S3_TIMEOUT("3s", "100ms to 60s, at most SHUTDOWN_TIMEOUT - 5s", "Bound of one attempt to put."),
  S3_APP_RETRIES("2", "1 to 10", "Attempts in all before a batch goes to the dead-letter queue."),
  GZIP_LEVEL("1", "1 to 9", "1 is fastest; 7 and more use zlib instead of ISA-L."),
  HTTP_ADDR(":8080", "[host]:port", "Where events are taken."),
  ADMIN_ADDR("", "[host]:port", "Moves /metrics and the page to a port of their own."),
  IO_THREADS("", "1 to 64", "Event loops; without it the container's CPUs, at least 1."),
  MAX_CONNECTIONS("16384", "1 to 1000000", "Open connections; more are answered 503 and closed."),
  MAX_BODY_SIZE("16384", "1 to 1048576", "Bytes of a body, also after unpacking."),
  TLS_CERT_FILE("", "a PEM file", "Certificate chain; read again when it changes."),
  TLS_KEY_FILE("", "a PEM file", "Its unencrypted PKCS#8 key."),
  CORS_ORIGINS(
      "",
      "origins, comma-separated",
      "Pages that may send credentials; without it any page, without credentials."),
  WRITE_KEYS("", "keys, comma-separated", "A client must show one of them."),
  TRUSTED_PROXIES(
      "private and loopback ranges",
      "CIDRs, comma-separated, or @file with one a line",
      "Peers whose IP_HEADER is believed."),
  IP_HEADER(
      "x-forwarded-for",
      "x-forwarded-for, cloudfront-viewer-address, none",
      "The one header that may name the client."),
  IP_MODE("full", "full, truncate, none", "How much of the address is kept (/24, /48)."),
  COLLECT_COOKIE("true", "true, false", "Whether the Cookie header is kept."),
  COLLECT_HEADERS("", "header names, comma-separated", "Further headers to keep."),
  BATCH_SIZE("5000", "1 to 1000000", "Events of a batch."),
  BATCH_MAX_BYTES("8388608", "65536 to 268435456", "Bytes of its lines, before gzip."),
  FLUSH_INTERVAL("120s", "100ms to 1h", "Age of a batch at which it is sealed."),
  CHANNEL_SIZE("4000", "0 to 10000000", "Events that may wait beyond open batch and upload queue."),
  UPLOAD_QUEUE("4", "1 to 1000", "Sealed batches that may wait for the uploader."),
  MEMORY_BUDGET_BYTES(
      "",
      "at least 3 x BATCH_MAX_BYTES",
      "Bytes of everything held; without it the smaller of 64 MiB and a quarter of the"
          + " container's memory."),
  ACK(
      "memory",
      "memory, disk",
      "When a 200 is sent: memory = queued in memory, disk = on disk in JOURNAL_DIR and synced."),
  JOURNAL_DIR(
      "",
      "a folder on a disk, not DLQ_DIR",
      "Needed with ACK=disk: where events are kept until their batch is safe elsewhere."),
  DLQ_DIR(
      "/tmp/dlq",
      "a folder",
      "The dead-letter queue. Put it on a disk that outlives the container."),
  DLQ_MAX_AGE("24h", "1m to 8760h", "Older files are removed."),
  DLQ_MAX_SIZE_BYTES("19327352832", "1048576 or more", "Over it the oldest files are removed."),
  DLQ_OVERFLOW(
      "evict",
      "evict, backpressure",
      "evict removes files; backpressure keeps all and answers 503."),
  DRAIN_DELAY("3s", "0s to 5m", "How long new connections are still taken after SIGTERM."),
  SHUTDOWN_TIMEOUT("25s", "6s to 1h, more than DRAIN_DELAY + 5s", "Bound of the whole shutdown."),
  INSTANCE_ID("", "any text", "Readable part of object names; without it the host name."),
  STATUS_PAGE("false", "true, false", "Whether GET / shows a page with live counters."),
  LOG_LEVEL("info", "trace, debug, info, warn, error", "What is logged."),
  LOG_PRETTY("false", "true, false", "Lines for people instead of JSON."),
  LOG_SAMPLE_N("1", "1 to 1000000", "1 in N of the info and debug lines; warnings always.");

  private final String byDefault;
  private final String allowed;
  private final String meaning;

  Setting(String byDefault, String allowed, String meaning) {
    this.byDefault = byDefault;
    this.allowed = allowed;
    this.meaning = meaning;
  }

  /** As it would be written; empty where there is none or it depends on the machine. */
  public String byDefault() {
    return byDefault;
  }

  /** What is allowed, in words. */
  public String allowed() {
    return allowed;
  }

  public String meaning() {
    return meaning;
  }

  /** Whether its value must not be shown. */
  public boolean isSecret() {
    return this == WRITE_KEYS;
  }
}
