package io.estat.bench;

import java.io.IOException;

/** A server under load, in a process of its own on the first core. Killed by {@link #close}. */
interface Server extends AutoCloseable {
  /** Which server. */
  enum Kind {
    NGINX("nginx, empty 200"),
    MEMORY("estat, ACK=memory"),
    DISK("estat, ACK=disk");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }

    /** Whether what it accepts must be found in a bucket. */
    boolean lands() {
      return this != NGINX;
    }
  }

  /** Where the load goes. */
  int port();

  ProcessHandle process();

  /**
   * Waits until everything that was accepted is in the bucket, and returns what the process had
   * used by then.
   */
  Usage awaitLanded() throws IOException, InterruptedException;

  @Override
  void close();
}
