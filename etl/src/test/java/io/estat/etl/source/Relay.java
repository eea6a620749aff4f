package io.estat.etl.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A port before a server's: its connections can be cut, as networks do it, without a word of
 * farewell; and of one it counts how often the client has sent and waited.
 */
final class Relay implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket(0, 9, InetAddress.getLoopbackAddress());
  private final List<Socket> open = new ArrayList<>();
  private final AtomicInteger roundTrips = new AtomicInteger();
  private boolean clientSpokeLast;

  Relay(int port) throws IOException {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  Socket client = listener.accept();
                  var server = new Socket(InetAddress.getLoopbackAddress(), port);
                  synchronized (open) {
                    open.add(client);
                    open.add(server);
                  }
                  Thread.ofVirtual().start(() -> pump(client, server, true));
                  Thread.ofVirtual().start(() -> pump(server, client, false));
                }
              } catch (IOException e) {
                // Closed: the test is over.
              }
            });
  }

  int port() {
    return listener.getLocalPort();
  }

  int roundTrips() {
    return roundTrips.get();
  }

  private void pump(Socket from, Socket to, boolean byClient) {
    var piece = new byte[1 << 16];
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        spoke(byClient);
        out.write(piece, 0, read);
      }
    } catch (IOException e) {
      // Cut.
    }
  }

  private synchronized void spoke(boolean client) {
    if (client && !clientSpokeLast) {
      roundTrips.incrementAndGet();
    }
    clientSpokeLast = client;
  }

  void cut() throws IOException {
    synchronized (open) {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
  }
}
