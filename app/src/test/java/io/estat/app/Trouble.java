package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.testkit.FlakyProxy;
import io.estat.testkit.FlakyProxy.Manner;
import io.estat.testkit.MinioServer;
import java.io.IOException;
import java.util.Map;

/** What befalls the store of a server, or its disk, until it is well again. */
enum Trouble {
  NONE("store well"),
  DOWN("store killed, started again"),
  HANGING("store hangs"),
  SLOW("store two seconds late"),
  CUT("reset in the middle of a put"),
  ANSWER_LOST("put done, answer lost"),
  DENIED("403 storm"),
  OVERLOADED("503 storm"),
  DISK_FULL("no file may grow");

  /**
   * Where it happens.
   *
   * @param proxy the server's only way to the store
   */
  record Place(MinioServer minio, FlakyProxy proxy, IngestProcess server) {}

  private final String text;

  Trouble(String text) {
    this.text = text;
  }

  void begin(Place at) throws IOException, InterruptedException {
    switch (this) {
      case NONE -> {}
      case DOWN -> at.minio().kill();
      case HANGING -> at.minio().hang();
      case SLOW -> at.proxy().behave(Manner.LATE);
      case CUT -> at.proxy().behave(Manner.CUT);
      case ANSWER_LOST -> at.proxy().behave(Manner.LOSE_ANSWER);
      case DENIED -> at.proxy().behave(Manner.DENY);
      case OVERLOADED -> at.proxy().behave(Manner.OVERLOAD);
      case DISK_FULL -> limitFiles(at.server(), "0");
    }
  }

  /** Nothing is left of it; also for a server that has ended. */
  void end(Place at) throws IOException, InterruptedException {
    switch (this) {
      case NONE -> {}
      case DOWN -> at.minio().start();
      case HANGING -> at.minio().goOn();
      case DISK_FULL -> {
        if (at.server().isAlive()) {
          limitFiles(at.server(), "unlimited");
        }
      }
      default -> at.proxy().behave(Manner.PASS);
    }
  }

  /** Every write behind this length of a file fails in the kernel, as on a full disk. */
  private static void limitFiles(IngestProcess server, String bytes)
      throws IOException, InterruptedException {
    var set =
        Distribution.run(
            Map.of(), "prlimit", "--pid=" + server.pid(), "--fsize=" + bytes + ":unlimited");
    assertThat(set.exitCode()).as(set.err()).isZero();
  }

  @Override
  public String toString() {
    return text;
  }
}
