package io.estat.ingest.http;

import io.estat.ingest.http.Answers.After;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.ssl.SslHandler;

/**
 * How far one client is: where in a request, since when, whether it reads its answers, and how its
 * connection ends. What is asked is not known here. Runs on its event loop only.
 */
final class Connection {
  /** After an answer that came before the body's end, so much of the rest is read and dropped. */
  static final int MAX_DISCARDED_BYTES = 1 << 20;

  /** For each so many bytes that came, the rest of a request may take a second longer. */
  private static final int BYTES_A_SECOND = 4096;

  private static final long SECOND_NANOS = 1_000_000_000L;

  /** With so many answers held back nothing more is read before they have left. */
  private static final int MAX_HELD = 64;

  /** Tells the handlers of a connection that requests are welcome again. */
  static final Object GO_ON = new Object();

  /** Whoever connects sends something within this time, also from a busy machine. */
  private static final long FRESH_NANOS = SECOND_NANOS;

  enum State {
    /** Between requests, or in a head. */
    HEAD,
    /** A POST's body arrives. */
    BODY,
    /** The request is answered; what is left of it is dropped. */
    REST,
    /** The last answer is written; we wait for the client to see it. */
    LINGER
  }

  /** What a client has not done in time. */
  enum Late {
    NO,
    /** Nothing is owed to it: the connection is closed. */
    CLOSE,
    /** A request did not come to its end: it gets an answer. */
    REQUEST
  }

  private final Channel channel;
  private final HttpConfig.Timeouts timeouts;
  private final HeldAnswers held;
  private final Outbound outbound;

  private State state = State.HEAD;
  private boolean midRequest;
  private boolean asked;
  private long sinceNanos = System.nanoTime();
  private long requestBytes;
  private int heldAnswers;
  private boolean full;
  private boolean paused;

  /**
   * @param held where answers wait that may not leave yet
   * @param room for answers that the client does not take
   */
  Connection(Channel channel, HttpConfig.Timeouts timeouts, HeldAnswers held, HeldBytes room) {
    this.channel = channel;
    this.timeouts = timeouts;
    this.held = held;
    this.outbound = new Outbound(channel, room, this::flush);
  }

  State state() {
    return state;
  }

  /** Its first byte is there. */
  void requestBegins() {
    if (state == State.HEAD) {
      midRequest = true;
      asked = true;
      requestBytes = 0;
      sinceNanos = System.nanoTime();
    }
  }

  void bodyBegins() {
    state = State.BODY;
  }

  void bodyBytesCame(int bytes) {
    requestBytes += bytes;
  }

  /** A part of a request that is answered already: drops it, but not without end. */
  void drop(HttpContent content, boolean last) {
    boolean endless = !last && requestBytes > MAX_DISCARDED_BYTES;
    if (endless || content.decoderResult().isFailure()) {
      endBehindAnswers();
    }
  }

  /** Its last byte is there, and it is answered. */
  void requestEnds() {
    if (state != State.LINGER) {
      state = State.HEAD;
      midRequest = false;
      sinceNanos = System.nanoTime();
    }
  }

  /** Writes what is no answer yet; it overtakes none either. */
  void writeInterim(ByteBuf interim) {
    if (heldAnswers > 0) {
      held.addBehind(this, interim, After.KEEP);
      oneMoreHeld();
    } else {
      channel.writeAndFlush(interim);
    }
  }

  /**
   * Writes the answer to the request in work; it leaves with the others of this turn, or behind
   * those of this connection that wait for the disk.
   */
  void write(ByteBuf answer, After after) {
    answered(after);
    if (heldAnswers > 0) {
      held.addBehind(this, answer, after);
      oneMoreHeld();
    } else {
      send(answer, after);
    }
  }

  /** The same for an answer that is large: before it has left, no other is made. */
  void writePage(ByteBuf page, After after) {
    write(page, after);
    full = heldAnswers > 0;
    flush();
  }

  /** The request in work is answered when the disk has its events, or does not take them. */
  void writeWhenOnDisk(Verdict ifKept, After after, int origin) {
    answered(after);
    held.add(this, ifKept, after, origin);
    oneMoreHeld();
  }

  private void oneMoreHeld() {
    if (++heldAnswers == 1) {
      mayEndItsSide(true);
    }
    if (heldAnswers == MAX_HELD) {
      full = true;
      pauseOrNot();
    }
  }

  /** After the last answer nothing that comes is of interest, even if it has not left yet. */
  private void answered(After after) {
    state = after == After.CLOSE ? State.LINGER : State.REST;
  }

  /** The oldest answer that was held back. */
  void release(ByteBuf answer, After after) {
    send(answer, after);
    if (--heldAnswers == 0) {
      mayEndItsSide(false);
      full = false;
      pauseOrNot();
    }
  }

  private void send(ByteBuf answer, After after) {
    if (after == After.CLOSE) {
      lingerAfter(channel.writeAndFlush(answer));
    } else if (outbound.write(answer)) {
      flush();
    }
  }

  /** Who does not take its answers is read no further, or closed if there are too many of them. */
  void flush() {
    if (!outbound.flush()) {
      closeNow();
    }
    pauseOrNot();
  }

  /** Ends behind the answers that were written before, which must not be lost with it. */
  void endBehindAnswers() {
    write(Unpooled.EMPTY_BUFFER, After.CLOSE);
  }

  /** Whether a client that ends its side is taken to wait for answers, or to be gone. */
  private void mayEndItsSide(boolean waits) {
    if (channel instanceof SocketChannel socket) {
      socket.config().setAllowHalfClosure(waits);
    }
  }

  private boolean hasInputEnded() {
    return channel instanceof DuplexChannel duplex && duplex.isInputShutdown();
  }

  /** The client has ended its side: behind the answers that it waits for there is nothing more. */
  void inputEnded() {
    if (heldAnswers > 0 || outbound.isStuck()) {
      endBehindAnswers();
    } else {
      closeNow();
    }
  }

  /**
   * Ends our side and waits for the client to end its own: closing with unread bytes in the socket
   * would reset the connection and could destroy the answer before the client has read it.
   */
  private void lingerAfter(ChannelFuture written) {
    state = State.LINGER;
    sinceNanos = System.nanoTime();
    boolean plain = channel.pipeline().get(SslHandler.class) == null;
    if (plain && channel instanceof DuplexChannel duplex && !hasInputEnded()) {
      written.addListener(done -> duplex.shutdownOutput());
    } else {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** Whether no further request may be begun, until {@link #GO_ON}. */
  boolean isPaused() {
    return paused;
  }

  /** Also when the client has gone: what has come of its requests is all there will be. */
  void pauseOrNot() {
    boolean pause = (full || outbound.isStuck()) && channel.isActive();
    if (pause != paused) {
      paused = pause;
      if (pause) {
        read(false);
      } else {
        sinceNanos = System.nanoTime(); // the client could not be in time
        channel.eventLoop().execute(this::goOn); // not from here: answers may just be leaving
      }
    }
  }

  /** What has come is taken up first, so that it cannot grow with each pause. */
  private void goOn() {
    channel.pipeline().fireUserEventTriggered(GO_ON);
    if (!paused && channel.isActive()) {
      read(true);
    }
  }

  /** Netty closes a channel that is to read on behind its end. */
  private void read(boolean on) {
    if (!hasInputEnded()) {
      channel.config().setAutoRead(on);
    }
  }

  Late late(long nanos) {
    if (heldAnswers > 0) {
      return Late.NO; // it is we who are late
    }
    long waited = nanos - sinceNanos;
    if (outbound.isStuckFor(timeouts.write(), nanos)) {
      return Late.CLOSE;
    }
    if (state == State.LINGER) {
      return waited > timeouts.linger().toNanos() ? Late.CLOSE : Late.NO;
    }
    if (!midRequest) {
      return waited > timeouts.idle().toNanos() ? Late.CLOSE : Late.NO;
    }
    long earned = requestBytes / BYTES_A_SECOND * SECOND_NANOS;
    if (waited <= timeouts.request().toNanos() + earned) {
      return Late.NO;
    }
    return state == State.REST ? Late.CLOSE : Late.REQUEST;
  }

  /**
   * In the middle of a request, or with answers still to come or to be taken, or so new that its
   * first request may be on the way.
   */
  boolean isBusy(long nanos) {
    boolean fresh = !asked && nanos - sinceNanos < FRESH_NANOS;
    return heldAnswers > 0
        || outbound.isStuck()
        || (state != State.LINGER && (midRequest || fresh));
  }

  /** Nothing that still comes is of interest. */
  void ignoreTheRest() {
    state = State.LINGER;
  }

  /** Its oldest answer could not be made: no other may take its place. */
  void failed(Throwable cause) {
    channel.pipeline().fireExceptionCaught(cause);
    closeNow();
  }

  /** What has come of further requests goes with it: nobody could be told that it was taken. */
  void closeNow() {
    if (state == State.HEAD) {
      ignoreTheRest();
    }
    channel.close();
  }
}
