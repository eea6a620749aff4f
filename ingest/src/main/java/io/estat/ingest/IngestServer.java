package io.estat.ingest;

import io.estat.ingest.batch.Budget;
import io.estat.ingest.batch.GroupCommit;
import io.estat.ingest.batch.Ledger;
import io.estat.ingest.batch.NameMint;
import io.estat.ingest.batch.OpenBatch;
import io.estat.ingest.batch.Time;
import io.estat.ingest.batch.UploadQueue;
import io.estat.ingest.config.IngestConfig;
import io.estat.ingest.config.Setting;
import io.estat.ingest.disk.FileDisk;
import io.estat.ingest.dlq.DeadLetterQueue;
import io.estat.ingest.http.HttpCounters;
import io.estat.ingest.http.HttpCounters.Rejected;
import io.estat.ingest.http.HttpServer;
import io.estat.ingest.http.Pages;
import io.estat.ingest.journal.Journal;
import io.estat.ingest.journal.JournalMetrics;
import io.estat.ingest.upload.ObjectSender;
import io.estat.ingest.upload.UploadMetrics;
import io.estat.ingest.upload.Uploads;
import io.estat.jsonl.GzipEngine;
import io.estat.storage.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ingest server, wired: HTTP, open batch, journal, upload queue, uploads, dead-letter queue.
 * Constructed and started once, stopped once. It owns the store.
 */
public final class IngestServer {
  private static final Logger LOG = LoggerFactory.getLogger(IngestServer.class);

  private static final Duration FINISH_REQUESTS = Duration.ofSeconds(5);
  private static final Duration SAVE_BEFORE_END = Duration.ofSeconds(5);

  private final IngestConfig config;
  private final ObjectStore store;
  private final Ledger ledger = new Ledger();
  private final NameMint names;
  private final UploadQueue queue;
  private final OpenBatch openBatch;
  private final DeadLetterQueue dlq;
  private final @Nullable Journal journal;
  private final Uploads uploads;
  private final HttpServer http;
  private final Pages adminPages;
  private final CollectorTimer timer;
  private final Readiness readiness;
  private final WarmUp warmUp;

  /**
   * Takes the folders of dead-letter queue and journal; opens no port and does not touch the store.
   *
   * @throws FolderRefusedException if a folder cannot be used, or another server has it
   */
  public IngestServer(IngestConfig config, ObjectStore store, Time time)
      throws FolderRefusedException {
    this.config = config;
    this.store = store;
    GzipEngine gzip = GzipEngine.best();
    names = new NameMint(config.instanceId());
    var budget =
        new Budget(
            config.batch().maxEvents(), config.batch().budgetBytes(), config.batch().batchBytes());
    queue = new UploadQueue(config.batch(), budget, ledger);
    Path journalFolder = config.journalFolder();
    var commits = new GroupCommit(ledger, queue);
    openBatch =
        journalFolder == null
            ? new OpenBatch(config.batch(), budget, ledger, names, time, queue)
            : new OpenBatch(config.batch(), budget, ledger, names, time, commits);
    var sender = new ObjectSender(store, config.upload(), new UploadMetrics(), time);
    dlq = openDlq(time, sender);
    var journalMetrics = new JournalMetrics();
    journal =
        journalFolder == null
            ? null
            : openJournal(journalFolder, commits, gzip, journalMetrics, time);
    uploads = new Uploads(queue, budget, sender, dlq, gzip, config.upload().gzipLevel());
    readiness = new Readiness(this::refusal);
    var counted =
        new ServerMetrics(
            ledger, openBatch, queue, budget, dlq, sender.metrics(), journalMetrics, gzip);
    http = new HttpServer(config.http(), config.line(), budget, openBatch, pages(counted, false));
    counted.countRequestsOf(http);
    adminPages = pages(counted, true);
    timer = new CollectorTimer(openBatch, queue, new DropWarning(this::refusedForRoom, time));
    warmUp = new WarmUp(config, gzip, time);
  }

  private DeadLetterQueue openDlq(Time time, ObjectSender sender) throws FolderRefusedException {
    try {
      return DeadLetterQueue.open(
          config.dlq(), new FileDisk(), names.instance(), ledger, time, sender);
    } catch (IOException e) {
      throw new FolderRefusedException(Setting.DLQ_DIR, e);
    }
  }

  private Journal openJournal(
      Path folder, GroupCommit commits, GzipEngine gzip, JournalMetrics metrics, Time time)
      throws FolderRefusedException {
    try {
      Journal opened =
          Journal.open(
              folder,
              new FileDisk(),
              names.instance(),
              commits,
              dlq,
              gzip,
              config.upload().gzipLevel(),
              metrics,
              time);
      queue.whenGone(opened::release);
      return opened;
    } catch (IOException e) {
      closeDlq();
      throw new FolderRefusedException(Setting.JOURNAL_DIR, e);
    }
  }

  private Optional<String> refusal() {
    Optional<String> ofJournal = journal == null ? Optional.empty() : journal.refusal();
    return ofJournal.isPresent() ? ofJournal : uploads.refusal();
  }

  private Pages pages(ServerMetrics counted, boolean adminPort) {
    Map<String, Supplier<Pages.Page>> pages = new HashMap<>();
    pages.put("/health", Pages::health);
    pages.put("/ready", () -> Pages.ready(readiness.notReady()));
    boolean adminElsewhere = config.http().adminAddress() != null;
    if (adminPort || !adminElsewhere) {
      pages.put("/metrics", counted::page);
      if (config.http().page()) {
        pages.put("/", () -> StatusPage.page(port()));
      }
    }
    return Pages.of(pages);
  }

  private long refusedForRoom() {
    return requests(counts -> counts.rejected().getOrDefault(Rejected.QUEUE_FULL, 0L));
  }

  private static long rejected(HttpCounters.Counts counts) {
    return counts.rejected().values().stream().mapToLong(Long::longValue).sum();
  }

  private long requests(ToLongFunction<HttpCounters.Counts> which) {
    return http.counters().stream().mapToLong(loop -> which.applyAsLong(loop.counts())).sum();
  }

  /**
   * Opens the ports and starts working; returns at once. Ready comes when the warm-up is through.
   *
   * @throws IOException if a port cannot be had; nothing runs then
   */
  public void start() throws IOException {
    try {
      if (config.http().adminAddress() != null) {
        http.listenForAdmin(config.http().adminAddress(), adminPages);
      }
      http.listen(); // last: what it takes would be lost with a server that does not start
    } catch (IOException e) {
      http.close();
      closeFolders();
      store.close();
      throw e;
    }
    if (journal != null) {
      journal.start();
    }
    uploads.start();
    timer.start();
    dlq.countInBackground();
    warnOfMemoryFolder();
    warmUp.start(readiness::warmedUp);
    LOG.info("listening on port {}, objects go to {}", port(), store.url());
  }

  private void warnOfMemoryFolder() {
    try {
      if (dlq.isInMemory()) {
        LOG.warn(
            "DLQ_DIR={} is memory (tmpfs): what is kept there is lost with the machine and counts"
                + " against the container's memory",
            config.dlq().folder());
      }
    } catch (IOException e) { // no reason to stop a server that already takes events
      LOG.warn("DLQ_DIR={}: its file system cannot be told", config.dlq().folder(), e);
    }
  }

  /** The port of /collect. */
  public int port() {
    return http.port();
  }

  /** The port of /metrics, if it has one of its own. */
  public int adminPort() {
    return http.adminPort();
  }

  /** What {@link #stop} may take. */
  public Duration shutdownTimeout() {
    return config.shutdownTimeout();
  }

  public Ledger ledger() {
    return ledger;
  }

  /** Empty when ready, else the reason. */
  public Optional<String> notReady() {
    return readiness.notReady();
  }

  /**
   * Shuts down: everything accepted is in the store or on disk at the end, if either takes it.
   * Blocks for {@code shutdownTimeout} at most, and a moment.
   *
   * @return events lost, because neither store nor disk could hold them
   */
  public long stop() throws InterruptedException {
    long start = System.nanoTime();
    long end = start + config.shutdownTimeout().toNanos();
    long spillAt = end - SAVE_BEFORE_END.toNanos();
    LOG.info("shutting down; new connections for {} ms more", config.drainDelay().toMillis());
    readiness.draining();
    uploads.endBy(end);
    if (journal != null) {
      journal.endRecovery();
    }
    http.startDraining();
    TimeUnit.NANOSECONDS.sleep(config.drainDelay().toNanos());
    http.stopListening();
    Duration beforeSpilling = Duration.ofNanos(Math.max(0, spillAt - System.nanoTime()));
    http.awaitQuiet(
        beforeSpilling.compareTo(FINISH_REQUESTS) < 0 ? beforeSpilling : FINISH_REQUESTS);
    http.close();
    timer.close();
    openBatch.close();
    if (journal != null) {
      journal.awaitWritten(spillAt);
    }
    uploads.drain(spillAt);
    long lost = journal == null ? queue.dropAll() : 0; // what is left is in the journal
    Ledger.Cut cut = ledger.cut();
    report(cut, lost);
    closeFolders();
    closeStore();
    return lost;
  }

  private void closeStore() {
    try {
      store.close();
    } catch (RuntimeException e) { // everything is where it belongs by now
      LOG.warn("{} could not be closed", store.url(), e);
    }
  }

  private void closeFolders() {
    if (journal != null) {
      try {
        journal.close();
      } catch (IOException e) {
        LOG.warn("the lock of JOURNAL_DIR={} could not be given back", config.journalFolder(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    closeDlq(); // last: the journal's files go there
  }

  private void closeDlq() {
    try {
      dlq.close();
    } catch (IOException e) {
      LOG.warn("the lock of DLQ_DIR={} could not be given back", config.dlq().folder(), e);
    }
  }

  private void report(Ledger.Cut cut, long lost) {
    if (cut.inDlq() > 0) {
      LOG.warn(
          "{} events stay in DLQ_DIR={}: the next server with this folder uploads them; if the"
              + " folder goes with the container, they are lost",
          cut.inDlq(),
          config.dlq().folder());
    }
    if (cut.inMemory() > 0) {
      LOG.warn(
          "{} events stay in JOURNAL_DIR={}: the next server with this folder uploads them",
          cut.inMemory(),
          config.journalFolder());
    }
    if (lost > 0) {
      LOG.error("{} events are lost: neither the store nor DLQ_DIR could take them", lost);
    }
    LOG.info(
        "stopped: accepted={} stored={} reuploaded={} in_dlq={} lost={} recovered={} quarantined={}"
            + " expired={} in_journal={} requests={} answered_200={} rejected={}",
        cut.accepted(),
        cut.stored(),
        cut.reuploaded(),
        cut.inDlq(),
        lost,
        cut.recovered(),
        cut.quarantined(),
        cut.expired(),
        cut.inMemory(),
        requests(HttpCounters.Counts::requests),
        requests(HttpCounters.Counts::accepted),
        requests(IngestServer::rejected));
  }
}
