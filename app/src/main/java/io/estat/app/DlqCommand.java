package io.estat.app;

import io.estat.ingest.DlqReplay;
import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.Ledger;
import io.estat.ingest.config.ConfigException;
import io.estat.ingest.config.ConfigReader;
import io.estat.ingest.config.IngestConfig;
import io.estat.ingest.disk.FileDisk;
import io.estat.ingest.dlq.DlqFolder;
import io.estat.ingest.dlq.DlqFolder.Entry;
import io.estat.ingest.dlq.DlqFolder.Verdict;
import io.estat.ingest.dlq.RetryOutcome;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectStores;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * {@code estat dlq}: looks into a dead-letter queue's folder, and works on it when no server does.
 */
@Command(
    name = "dlq",
    description = "Look at and work on a dead-letter queue's folder.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "ls, show and verify may run beside a server; replay and rm need the folder for",
      "themselves and refuse while a server has it.",
      "Exit codes: 0 done, 1 something failed or is corrupt, 2 configuration or folder held."
    })
final class DlqCommand {
  @Option(
      names = "--dir",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = "The folder (default: DLQ_DIR, or /tmp/dlq).")
  private @Nullable Path dir;

  @Spec private CommandSpec spec;

  private final Map<String, String> environment;

  DlqCommand() {
    this(System.getenv());
  }

  DlqCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Command(description = "List the files: name, time, events, bytes, age in seconds.")
  int ls() throws IOException {
    PrintWriter out = out();
    long now = Instant.now().getEpochSecond();
    folder()
        .each(
            entry ->
                out.printf(
                    "%s  %s  %s events  %d bytes  %d s%n",
                    entry.name(),
                    Instant.ofEpochSecond(entry.name().unixSeconds()),
                    events(entry),
                    entry.bytes(),
                    entry.ageSeconds(now)));
    out.flush();
    return 0;
  }

  @Command(description = "Show one file: what is known of it, and its first lines.")
  int show(
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--limit", paramLabel = "N", defaultValue = "10") int limit)
      throws IOException {
    BatchName batch = parse(name);
    Verdict verdict =
        folder().verify(batch).orElseThrow(() -> new IOException(batch + " is not in " + path()));
    PrintWriter out = out();
    out.println("name     " + batch);
    out.println("time     " + Instant.ofEpochSecond(batch.unixSeconds()));
    out.println("events   " + events(verdict.entry()));
    out.println("bytes    " + verdict.entry().bytes());
    out.println("state    " + state(verdict));
    out.println("lines    " + verdict.readableLines() + " readable");
    folder().firstLines(batch, limit).forEach(out::println);
    out.flush();
    return 0;
  }

  @Command(description = "Unpack and check every file, or those named.")
  int verify(@Parameters(paramLabel = "NAME", arity = "0..*") @Nullable List<String> names)
      throws IOException {
    DlqFolder folder = folder();
    List<BatchName> batches = new ArrayList<>();
    if (names == null) {
      folder.each(entry -> batches.add(entry.name()));
    } else {
      names.forEach(name -> batches.add(parse(name)));
    }
    int corrupt = 0;
    int gone = 0;
    for (BatchName batch : batches) {
      Optional<Verdict> verdict = folder.verify(batch);
      corrupt += verdict.isPresent() && !verdict.get().intact() ? 1 : 0;
      gone += verdict.isPresent() ? 0 : 1;
      out().println(batch + "  " + verdict.map(DlqCommand::state).orElse("not there (any more)"));
    }
    out().println(batches.size() - corrupt - gone + " intact, " + corrupt + " corrupt");
    out().flush();
    // Beside a server a listed file may be in the bucket by now; one that was named should be here.
    return corrupt == 0 && (gone == 0 || names == null) ? 0 : 1;
  }

  private static String state(Verdict verdict) {
    return verdict.intact() ? "intact" : "corrupt: " + verdict.problem();
  }

  @Command(
      description = {
        "Bring the files into the bucket now, as the server does when it is idle.",
        "Needs the server's environment (STORE_URL, prefixes, credentials)."
      })
  int replay() throws IOException, ConfigException {
    IngestConfig config = config(Map.of());
    try (ObjectStore store = ObjectStores.open(config.storeUrl(), config.store());
        var replay = new DlqReplay(config, store)) {
      DlqReplay.Replayed replayed = replay.replay(this::report);
      Ledger.Cut cut = replayed.cut();
      out()
          .printf(
              "%d events in the bucket, %d quarantined; %d files stay here%n",
              cut.reuploaded(), cut.quarantined(), replayed.filesLeft());
      out().flush();
      return replayed.filesLeft() == 0 ? 0 : 1;
    }
  }

  private void report(RetryOutcome outcome) {
    if (outcome != RetryOutcome.LOOKED) {
      out().println(outcome.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
  }

  @Command(description = "Remove files for good, events and all.")
  int rm(@Parameters(paramLabel = "NAME", arity = "1..*") List<String> names)
      throws IOException, ConfigException {
    IngestConfig config = config(Map.of("STORE_URL", "file:///nowhere"));
    int missing = 0;
    try (ObjectStore store = ObjectStores.open(config.storeUrl(), config.store());
        var replay = new DlqReplay(config, store)) {
      for (String name : names) {
        boolean removed = replay.remove(parse(name));
        missing += removed ? 0 : 1;
        out().println(name + (removed ? "  removed" : "  not there"));
      }
    }
    out().flush();
    return missing == 0 ? 0 : 1;
  }

  private static String events(Entry entry) {
    return entry.savedEvents().isPresent()
        ? Long.toString(entry.savedEvents().getAsLong())
        : "unknown";
  }

  private static BatchName parse(String name) {
    String file = Path.of(name).getFileName().toString();
    String bare =
        file.endsWith(BatchName.EXTENSION)
            ? file.substring(0, file.length() - BatchName.EXTENSION.length())
            : file;
    return BatchName.parse(bare)
        .orElseThrow(
            () ->
                new IllegalArgumentException("'" + name + "' is no name that estat dlq ls shows"));
  }

  private Path path() {
    if (dir != null) {
      return dir;
    }
    String fromEnvironment = environment.get("DLQ_DIR");
    return Path.of(
        fromEnvironment == null || fromEnvironment.isBlank() ? "/tmp/dlq" : fromEnvironment);
  }

  private DlqFolder folder() throws IOException {
    if (!Files.isDirectory(path())) {
      throw new IOException(path() + " is no folder; name the dead-letter queue's with --dir");
    }
    return new DlqFolder(path(), new FileDisk());
  }

  /** The server's configuration, with this folder. */
  private IngestConfig config(Map<String, String> instead) throws ConfigException, IOException {
    folder(); // a folder that is not there is not made
    Map<String, String> effective = new HashMap<>(environment);
    if (!instead.isEmpty()) {
      effective.remove("RAW_BUCKET");
    }
    effective.putAll(instead);
    effective.put("DLQ_DIR", path().toString());
    return ConfigReader.read(effective, ConfigReader.Machine.here());
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
