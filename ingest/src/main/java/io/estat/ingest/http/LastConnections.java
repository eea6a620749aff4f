package io.estat.ingest.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a listener that is about to close deaf for new connections while it still accepts those
 * that the kernel has completed. Closing it right away would reset them, with requests on them that
 * a proxy may not repeat: a 502. Whoever connects meanwhile is not answered, tries again after a
 * second, and is refused, which every proxy takes as a reason to try another server.
 *
 * <p>Linux only, by a classic BPF program on the socket (socket(7), SO_ATTACH_FILTER; the program's
 * format is that of linux/filter.h). It sees the packets of handshakes from the TCP header on.
 */
final class LastConnections {
  private static final Logger LOG = LoggerFactory.getLogger(LastConnections.class);

  private static final int SOL_SOCKET = 1;
  private static final int SO_ATTACH_FILTER = 26;
  private static final int INSTRUCTION_BYTES = 8;

  /** struct sock_fprog: a 16-bit count, padding, a pointer. */
  private static final int PROGRAM_BYTES = 16;

  private static final RawUnixChannelOption ATTACH_FILTER =
      new RawUnixChannelOption("SO_ATTACH_FILTER", SOL_SOCKET, SO_ATTACH_FILTER, PROGRAM_BYTES);

  /** Per instruction: operation, jumps if true and if false, operand. */
  private static final int[][] DROP_NEW_CONNECTIONS = {
    {0x30, 0, 0, 13}, // load the byte of flags
    {0x54, 0, 0, 0x12}, // of it SYN and ACK
    {0x15, 0, 1, 0x02}, // SYN alone?
    {0x06, 0, 0, 0}, // then drop the packet
    {0x06, 0, 0, -1}, // else take all of it
  };

  private LastConnections() {}

  /** Returns whether the listener is deaf now; if not, there is nothing to wait for. */
  static boolean only(Channel listener) {
    if (!(listener instanceof EpollServerSocketChannel) || !listener.isOpen()) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment filter =
          arena.allocate((long) DROP_NEW_CONNECTIONS.length * INSTRUCTION_BYTES, Long.BYTES);
      for (int i = 0; i < DROP_NEW_CONNECTIONS.length; i++) {
        int[] instruction = DROP_NEW_CONNECTIONS[i];
        long at = (long) i * INSTRUCTION_BYTES;
        filter.set(ValueLayout.JAVA_SHORT, at, (short) instruction[0]);
        filter.set(ValueLayout.JAVA_BYTE, at + 2, (byte) instruction[1]);
        filter.set(ValueLayout.JAVA_BYTE, at + 3, (byte) instruction[2]);
        filter.set(ValueLayout.JAVA_INT, at + 4, instruction[3]);
      }
      MemorySegment program = arena.allocate(PROGRAM_BYTES, Long.BYTES);
      program.set(ValueLayout.JAVA_SHORT, 0, (short) DROP_NEW_CONNECTIONS.length);
      program.set(ValueLayout.ADDRESS, Long.BYTES, filter);
      return listener.config().setOption(ATTACH_FILTER, program.asByteBuffer());
    } catch (ChannelException e) { // a kernel without it: connections that wait may be reset
      LOG.debug("the listener cannot be made deaf before it closes", e);
      return false;
    }
  }
}
