package io.estat.ingest.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.time.Duration;

/**
 * The answers that are on their way to one client. Behind {@link #flush()} nothing is left of them
 * unless the client does not take them; what is left then counts against {@link HeldBytes}. Netty's
 * water marks are of no use here: they see nothing of what waits for its encryption, and a number
 * of bytes that is little for one client is too much for thousands. Runs on its event loop only.
 */
final class Outbound {
  /** So many answers leave in one write: each that waits costs some 250 bytes of heap. */
  private static final int MAX_UNFLUSHED = 64;

  private final Channel channel;
  private final HeldBytes room;
  private final Runnable taken;
  private int unflushed;
  private boolean stuck;
  private long stuckSinceNanos;
  private int heldBytes;

  /**
   * @param taken run when the client has taken all that was left, or never will; flushes
   */
  Outbound(Channel channel, HeldBytes room, Runnable taken) {
    this.channel = channel;
    this.room = room;
    this.taken = taken;
  }

  /** Returns whether it is time to flush. A failure comes to the handler. */
  boolean write(ByteBuf answer) {
    channel.write(answer, channel.voidPromise());
    return ++unflushed >= MAX_UNFLUSHED;
  }

  /** False: there is no room for what the client does not take. */
  boolean flush() {
    unflushed = 0;
    channel.flush();
    int left = leftBytes();
    return left == 0 || keep(left);
  }

  /** Encrypted if it will be, and with what Netty reckons for each write. */
  private int leftBytes() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : Math.toIntExact(buffer.totalPendingWriteBytes());
  }

  private boolean keep(int left) {
    if (!room.tryHold(left - heldBytes)) {
      return false;
    }
    heldBytes = left;
    if (!stuck) {
      stuck = true;
      stuckSinceNanos = System.nanoTime();
      // Done when all before it has left; what it weighs itself is taken off only after that.
      channel
          .writeAndFlush(Unpooled.EMPTY_BUFFER)
          .addListener(done -> channel.eventLoop().execute(this::wasTaken));
    }
    return true;
  }

  private void wasTaken() {
    stuck = false;
    room.giveBack(heldBytes);
    heldBytes = 0;
    taken.run();
  }

  /** Whether the client has answers to take. */
  boolean isStuck() {
    return stuck;
  }

  boolean isStuckFor(Duration time, long nanos) {
    return stuck && nanos - stuckSinceNanos > time.toNanos();
  }
}
