package io.estat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the CPU of a server goes, by {@code perf}: samples of user and kernel code, with the JVM's
 * compiled methods named by the map that {@code jcmd Compiler.perfmap} writes. Needs the right to
 * sample the kernel (root, or {@code perf_event_paranoid} of 1 and less).
 *
 * @param samples by place: {@code thread, where, symbol}
 */
record Profile(Map<Place, Long> samples) {
  private static final int ROWS = 45;
  private static final int SAMPLES_A_SECOND = 997;

  /**
   * @param thread its name, numbers and all
   * @param where kernel, JVM, compiled Java, or the library
   */
  record Place(String thread, String where, String symbol) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      return toString().compareTo(other.toString());
    }
  }

  /** A recording under way. */
  record Recording(Process perf, Path folder, ProcessHandle server) {
    /** Waits for its end and reads what it saw. */
    Profile end() throws IOException, InterruptedException {
      perf.waitFor();
      run(folder, "jcmd", Long.toString(server.pid()), "Compiler.perfmap");
      Path text =
          run(
              folder,
              "perf",
              "report",
              "-i",
              "perf.data",
              "--stdio",
              "--no-children",
              "-g",
              "none",
              "--sort",
              "comm,dso,symbol",
              "-n",
              "-t",
              "\t");
      try (Stream<String> lines = Files.lines(text)) {
        return parse(lines.toList());
      }
    }
  }

  static Recording start(ProcessHandle server, Path folder, Duration duration) throws IOException {
    List<String> command =
        List.of(
            "perf",
            "record",
            "-q",
            "-e",
            "cpu-clock",
            "-F",
            Integer.toString(SAMPLES_A_SECOND),
            "-o",
            "perf.data",
            "-p",
            Long.toString(server.pid()),
            "--",
            "sleep",
            Long.toString(duration.toSeconds()));
    Process perf =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("perf.out").toFile())
            .start();
    return new Recording(perf, folder, server);
  }

  private static Path run(Path folder, String... command) throws IOException, InterruptedException {
    Path out = folder.resolve(command[0] + ".out");
    List<String> words = new ArrayList<>(List.of(command));
    if (command[0].equals("jcmd")) {
      words.set(0, Path.of(System.getProperty("java.home"), "bin/jcmd").toString());
    }
    int exitCode =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start()
            .waitFor();
    if (exitCode != 0) {
      throw new IOException(String.join(" ", words) + " failed: " + Files.readString(out));
    }
    return out;
  }

  /** Rows of {@code percent, samples, thread, object, symbol}, separated by tabs. */
  static Profile parse(List<String> report) {
    Map<Place, Long> samples = new TreeMap<>();
    for (String line : report) {
      String[] cells = line.split("\t");
      if (cells.length >= 5 && !line.startsWith("#")) {
        String symbol = cells[4].strip();
        String where = where(cells[3].strip(), symbol);
        Place place =
            new Place(cells[2].strip(), where, symbol.substring(symbol.indexOf(']') + 1).strip());
        samples.merge(place, Long.parseLong(cells[1].strip()), Long::sum);
      }
    }
    return new Profile(samples);
  }

  private static String where(String object, String symbol) {
    if (symbol.startsWith("[k]")) {
      return "kernel";
    }
    if (object.startsWith("perf-") || object.startsWith("[JIT]")) {
      return "Java";
    }
    return object.equals("libjvm.so") ? "JVM" : object;
  }

  /** Where the time goes, in microseconds an event: by thread and kind, then by symbol. */
  String table(double cpuMicrosPerEvent) {
    double micros = cpuMicrosPerEvent / samples.values().stream().mapToLong(n -> n).sum();
    Map<String, Long> kinds =
        samples.entrySet().stream()
            .collect(
                Collectors.groupingBy(
                    entry -> entry.getKey().thread() + " | " + entry.getKey().where(),
                    Collectors.summingLong(Map.Entry::getValue)));
    return "| thread | where | us/event |\n|---|---|---|\n"
        + rows(kinds, micros)
        + "\n| thread | where | symbol | us/event |\n|---|---|---|---|\n"
        + rows(
            samples.entrySet().stream()
                .collect(
                    Collectors.toMap(
                        entry ->
                            String.join(
                                " | ",
                                entry.getKey().thread(),
                                entry.getKey().where(),
                                entry.getKey().symbol().replace("|", "\\|")),
                        Map.Entry::getValue)),
            micros);
  }

  private static String rows(Map<String, Long> samples, double micros) {
    return samples.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(ROWS)
        .map(
            row ->
                String.format(
                    Locale.ROOT, "| %s | %.2f |%n", row.getKey(), row.getValue() * micros))
        .collect(Collectors.joining());
  }
}
