package io.estat.etl.extract;

import io.estat.etl.encode.LineBuffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Takes the lines of a reader piece by piece into its gzip member: at once, or on a thread of its
 * own while the reader fills the next piece. What comes out is the same. There are two buffers, and
 * never more than one piece on its way. Used by the reader's thread alone.
 */
final class LineCompressor implements AutoCloseable {
  private final GzipMember member;
  private final int mostBeside;
  private final ExecutorService beside =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("gzip").daemon().factory());
  private LineBuffer filling;
  private LineBuffer spare;
  private @Nullable CompletableFuture<Void> onItsWay;

  /**
   * @param mostBeside bytes of a buffer: after a line that outgrows it all is compressed at once,
   *     so that there are not two of the longest line
   */
  LineCompressor(GzipMember member, int mostBeside) {
    this.member = member;
    this.mostBeside = mostBeside;
    filling = new LineBuffer(mostBeside);
    spare = new LineBuffer(mostBeside);
  }

  /** Where whole lines are added; another one after {@link #takeBeside}. */
  LineBuffer lines() {
    return filling;
  }

  /** Compresses what {@link #lines} holds before it returns. */
  void take() throws IOException {
    settled().write(filling);
  }

  /** Compresses what {@link #lines} holds while the caller goes on. */
  void takeBeside() throws IOException {
    GzipMember idle = settled();
    if (filling.array().length > mostBeside) {
      idle.write(filling);
      return;
    }
    LineBuffer full = filling;
    filling = spare;
    spare = full;
    onItsWay = CompletableFuture.runAsync(() -> write(idle, full), beside);
  }

  private static void write(GzipMember member, LineBuffer full) {
    try {
      member.write(full);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The member, with all that was taken inside; it is the caller's until the next piece. */
  GzipMember settled() throws IOException {
    CompletableFuture<Void> last = onItsWay;
    if (last != null) {
      onItsWay = null;
      try {
        last.join();
      } catch (CompletionException e) {
        switch (e.getCause()) {
          case UncheckedIOException io -> throw io.getCause();
          case RuntimeException runtime -> throw runtime;
          case Error error -> throw error;
          case null, default -> throw e;
        }
      }
    }
    return member;
  }

  /** Forgets all that was added and taken. */
  void reset() {
    awaitIdle();
    filling = ofUsualSize(filling);
    spare = ofUsualSize(spare);
    member.reset();
  }

  /** A long line has made it grow; those that follow are short again. */
  private LineBuffer ofUsualSize(LineBuffer lines) {
    if (lines.array().length > mostBeside) {
      return new LineBuffer(mostBeside);
    }
    lines.clear();
    return lines;
  }

  /** A piece takes milliseconds; how it ends matters no more. */
  private void awaitIdle() {
    CompletableFuture<Void> last = onItsWay;
    onItsWay = null;
    if (last != null) {
      last.exceptionally(failure -> null).join();
    }
  }

  @Override
  public void close() {
    awaitIdle();
    beside.shutdown();
    member.close();
  }
}
