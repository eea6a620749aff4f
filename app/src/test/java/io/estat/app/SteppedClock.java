package io.estat.app;

import io.estat.app.IngestProcess.Setup;
import io.estat.ingest.batch.Time;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A wall clock that a test moves while a server in another process lives by it. How far it is from
 * the machine's clock, in milliseconds, is the one number of a file that both have mapped; the
 * monotonic clock stays as it is, as when an operator sets the time.
 *
 * <p>{@link #main} is {@code estat ingest} with such a clock: the same launcher, flags and classes,
 * with this one behind them. So the product needs no switch by which its clock could be moved.
 */
final class SteppedClock {
  private static final String FILE = "estat.test.clock";

  private final Path file;
  private final MappedByteBuffer offsetMillis;

  private SteppedClock(Path file) throws IOException {
    this.file = file;
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      offsetMillis = channel.map(MapMode.READ_WRITE, 0, Long.BYTES);
    }
  }

  /** A clock that goes right. */
  static SteppedClock in(Path folder) throws IOException {
    return new SteppedClock(folder.resolve("clock"));
  }

  public static void main(String[] args) throws IOException {
    var clock = new SteppedClock(Path.of(System.getProperty(FILE)));
    var time =
        new Time(
            () -> System.currentTimeMillis() + clock.offsetMillis.getLong(0), System::nanoTime);
    var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(new ServerProcess(err, time, () -> {}).run(System.getenv(), server -> {}));
  }

  /** From now on it differs from the machine's clock by this; none sets it right. */
  void stepTo(Duration offset) {
    offsetMillis.putLong(0, offset.toMillis());
  }

  /** Lets the launcher start {@link #main}: what follows its options is taken for arguments. */
  Setup rule(Setup setup) throws IOException {
    Path lib = Distribution.built().folder().resolve("lib");
    List<String> classPath = new ArrayList<>();
    for (String jar : Files.readAllLines(lib.resolve("ingest.classpath"))) {
      classPath.add(lib.resolve(jar).toString());
    }
    classPath.add(SteppedClock.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    return setup.with(
        "ESTAT_JAVA_OPTS",
        "-D%s=%s -cp %s %s"
            .formatted(FILE, file, String.join(":", classPath), SteppedClock.class.getName()));
  }
}
