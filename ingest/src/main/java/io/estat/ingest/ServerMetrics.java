package io.estat.ingest;

import io.estat.ingest.batch.Budget;
import io.estat.ingest.batch.Ledger;
import io.estat.ingest.batch.OpenBatch;
import io.estat.ingest.batch.UploadQueue;
import io.estat.ingest.dlq.DeadLetterQueue;
import io.estat.ingest.http.HttpCounters;
import io.estat.ingest.http.HttpCounters.Rejected;
import io.estat.ingest.http.HttpServer;
import io.estat.ingest.http.Pages;
import io.estat.ingest.journal.JournalMetrics;
import io.estat.ingest.metrics.IngestMetrics;
import io.estat.ingest.metrics.IngestMetrics.Scrape;
import io.estat.ingest.upload.UploadMetrics;
import io.estat.jsonl.GzipEngine;
import io.estat.storage.StoreException.Kind;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The server's metrics by name. The names up to and including the DLQ's are fixed: dashboards know
 * them.
 */
final class ServerMetrics {
  private final Ledger ledger;
  private final OpenBatch openBatch;
  private final UploadQueue queue;
  private final Budget budget;
  private final DeadLetterQueue dlq;
  private final UploadMetrics uploads;
  private final JournalMetrics journal;
  private final GzipEngine gzip;
  private final IngestMetrics metrics;
  private volatile @Nullable HttpServer http;

  ServerMetrics(
      Ledger ledger,
      OpenBatch openBatch,
      UploadQueue queue,
      Budget budget,
      DeadLetterQueue dlq,
      UploadMetrics uploads,
      JournalMetrics journal,
      GzipEngine gzip) {
    this.ledger = ledger;
    this.openBatch = openBatch;
    this.queue = queue;
    this.budget = budget;
    this.dlq = dlq;
    this.uploads = uploads;
    this.journal = journal;
    this.gzip = gzip;
    this.metrics =
        new IngestMetrics(
            this::collect, uploads.encodeSeconds(), uploads.putSeconds(), journal.syncSeconds());
  }

  /** The HTTP server shows these metrics and is counted in them: it comes last. */
  void countRequestsOf(HttpServer server) {
    http = server;
  }

  Pages.Page page() {
    return new Pages.Page("200 OK", IngestMetrics.CONTENT_TYPE, metrics.scrape());
  }

  private void collect(Scrape to) {
    HttpServer server = http;
    if (server != null) {
      requests(server, to);
    }
    events(ledger.cut(), to);
    to.gauge("event_queue_depth", "Events that wait in the open batch.", openBatch.depth());
    to.gauge("upload_queue_depth", "Sealed batches that wait for the uploader.", queue.depth());
    to.gauge("memory_budget_taken_bytes", "Bytes held of the budget.", budget.bytesTaken());
    putErrors(uploads.putErrors(), to);
    to.counter(
        "name_collisions",
        "Puts that found somebody else's object under their name.",
        uploads.nameCollisions());
    deadLetters(to);
    journal(to);
    to.info(
        "estat_build",
        "Version, and the gzip engine in use.",
        "version",
        Version.text(),
        "gzip_engine",
        gzip.name());
  }

  /** The sum keeps its name without labels: alerts compare it with other counters. */
  private static void putErrors(Map<Kind, Long> byKind, Scrape to) {
    long all = byKind.values().stream().mapToLong(Long::longValue).sum();
    to.counter("s3_put_errors", "Attempts to put an object that failed.", all);
    var named = new LinkedHashMap<String, Long>();
    byKind.forEach((kind, count) -> named.put(kind.name().toLowerCase(Locale.ROOT), count));
    to.counters("s3_put_errors_by_kind", "Of these, by kind of failure.", "kind", named);
  }

  private static void requests(HttpServer server, Scrape to) {
    long requests = 0;
    long accepted = 0;
    long badRequests = 0;
    var rejected = new EnumMap<Rejected, Long>(Rejected.class);
    for (HttpCounters loop : server.counters()) {
      HttpCounters.Counts counts = loop.counts();
      requests += counts.requests();
      accepted += counts.accepted();
      badRequests += counts.badRequests();
      counts.rejected().forEach((reason, count) -> rejected.merge(reason, count, Long::sum));
    }
    to.counter("http_requests", "Requests to /collect and /collect.gif, once answered.", requests);
    to.counter("http_requests_accepted", "Of these, answered 200.", accepted);
    for (Rejected reason : Rejected.values()) {
      String name = reason.name().toLowerCase(Locale.ROOT);
      long count = rejected.getOrDefault(reason, 0L);
      to.counter("http_requests_rejected_" + name, "Of these, refused: " + name, count);
    }
    to.counter("http_bad_requests", "Heads that could not be parsed.", badRequests);
    to.gauge("http_connections", "Open connections.", server.openConnections());
    to.counter(
        "http_connections_rejected",
        "Connections closed because MAX_CONNECTIONS were open.",
        server.rejectedConnections());
  }

  private static void events(Ledger.Cut cut, Scrape to) {
    to.counter("events_accepted", "Events answered 200.", cut.accepted());
    to.counter("events_recovered", "Events of files of earlier lives.", cut.recovered());
    to.counter("s3_events_stored", "Events put at the first way.", cut.stored());
    to.counter("dlq_events_reuploaded", "Events put after a stay in the DLQ.", cut.reuploaded());
    to.counter("dlq_events_quarantined", "Events in DLQ_PREFIX.", cut.quarantined());
    to.counter("dlq_events_expired", "Events removed by age or size.", cut.expired());
    to.counter("dlq_events_dropped", "Events lost.", cut.dropped());
    to.gauge("events_in_memory", "Events held in memory.", cut.inMemory());
    to.gauge("events_in_dlq", "Events in DLQ files of this life or opened.", cut.inDlq());
  }

  private void journal(Scrape to) {
    to.gauge("journal_files_current", "Files of this life in JOURNAL_DIR.", journal.files());
    to.counter(
        "journal_failures",
        "Groups of events that could not be written or synced, and were refused.",
        journal.failures());
    to.counter(
        "journal_cut_bytes",
        "Bytes at the ends of earlier lives' files that were never acknowledged.",
        journal.tornBytes());
    to.counter(
        "journal_files_damaged", "Files that were moved aside, unreadable.", journal.filesAside());
  }

  private void deadLetters(Scrape to) {
    to.counter("dlq_events_enqueued", "Events saved to the DLQ.", dlq.eventsEnqueued());
    to.counter("dlq_files_expired", "Files removed by age or size.", dlq.filesExpired());
    to.gauge("dlq_files_current", "Files in DLQ_DIR.", dlq.filesCurrent());
    to.gauge("dlq_size_bytes", "Their bytes.", dlq.bytesCurrent());
    to.gauge(
        "dlq_scan_complete",
        "1 once the files of earlier lives are counted.",
        dlq.isScanComplete() ? 1 : 0);
  }
}
