package io.estat.bench;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.HashMap;
import java.util.Map;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * The heap that each thread of another JVM has allocated: the JVM's own counters, exact to the
 * byte. Asking starts a management agent in that JVM, so it is done in a run of its own, in which
 * no time is measured; the agent's threads are left out.
 */
final class Allocation implements AutoCloseable {
  private final JMXConnector connector;
  private final ThreadMXBean threads;

  private Allocation(JMXConnector connector, ThreadMXBean threads) {
    this.connector = connector;
    this.threads = threads;
  }

  @SuppressWarnings("BanJNDI") // the address comes from a JVM that this one started
  static Allocation of(ProcessHandle jvm) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(jvm.pid()));
      String address = machine.startLocalManagementAgent();
      machine.detach();
      JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address));
      ThreadMXBean threads =
          ManagementFactory.newPlatformMXBeanProxy(
              connector.getMBeanServerConnection(),
              ManagementFactory.THREAD_MXBEAN_NAME,
              ThreadMXBean.class);
      return new Allocation(connector, threads);
    } catch (AttachNotSupportedException e) {
      throw new IOException("the JVM cannot be attached to", e);
    }
  }

  /** Bytes by thread name, of the threads that live. */
  Map<String, Long> bytesByThread() {
    Map<String, Long> bytes = new HashMap<>();
    long[] ids = threads.getAllThreadIds();
    ThreadInfo[] infos = threads.getThreadInfo(ids);
    long[] allocated = threads.getThreadAllocatedBytes(ids);
    for (int i = 0; i < ids.length; i++) {
      if (infos[i] != null && !isAgent(infos[i].getThreadName())) {
        bytes.merge(infos[i].getThreadName(), allocated[i], Long::sum);
      }
    }
    return bytes;
  }

  private static boolean isAgent(String thread) {
    return thread.startsWith("RMI ")
        || thread.startsWith("JMX ")
        || thread.equals("Attach Listener");
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}
