package io.estat.app;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code strace -f -y} saw of a server with {@code ACK=disk}, walked line by line: which
 * answers left, and whether the kernel had said by then that their events are on disk. A sync
 * counts for what was written before it began, from the moment it ended well, and for a file whose
 * name was made durable by a sync of the folder. Events are numbered by {@code id=N;} in their
 * bodies; answers of a connection come in the order of its requests.
 */
final class SyncTrace {
  /** What strace is to be asked for: everything that brings, keeps or answers an event. */
  static final List<String> STRACE =
      List.of(
          "strace",
          "-D", // the server stays the child of the test
          "-f",
          "-y",
          "-s",
          "200000",
          "--seccomp-bpf", // other calls run at full speed
          "-e",
          "trace=write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,recvfrom,recvmsg,fsync,fdatasync",
          "-e",
          "signal=none");

  private static final Pattern LINE = Pattern.compile("(\\d+) +(.*)", Pattern.DOTALL);
  private static final Pattern RESUMED = Pattern.compile("<\\.\\.\\. \\w+ resumed>(.*)");
  private static final Pattern CALL =
      Pattern.compile("(\\w+)\\(\\d+<((?:/|socket:|TCP)[^>]*)>(.*)", Pattern.DOTALL);
  private static final Pattern RESULT = Pattern.compile(".*= (-?\\d+).*", Pattern.DOTALL);
  private static final Pattern REQUEST = Pattern.compile("(?:GET|POST) /|id=(\\d+);");
  private static final Pattern ID = Pattern.compile("id=(\\d+);");
  private static final String ANSWER = "HTTP/1.1 200 ";
  private static final int OF_ANOTHER_KIND = -1;

  private final String journal;
  private final Map<String, String> unfinished = new HashMap<>();
  private final Map<String, Queue<Integer>> asked = new HashMap<>();
  private final Map<String, BitSet> written = new HashMap<>();
  private final Map<String, BitSet> synced = new HashMap<>();
  private final Set<String> named = new HashSet<>();

  /** By thread: what a sync that is under way will have made durable. */
  private final Map<String, BitSet> bytesInWork = new HashMap<>();

  private final Map<String, Set<String>> namesInWork = new HashMap<>();
  private final BitSet answered = new BitSet();
  private final List<String> early = new ArrayList<>();
  private int syncs;

  private SyncTrace(Path journal) {
    this.journal = journal.toString();
  }

  static SyncTrace of(List<String> lines, Path journal) {
    var trace = new SyncTrace(journal);
    lines.forEach(trace::line);
    return trace;
  }

  /** Events whose 200 left after their sync. */
  BitSet answered() {
    return answered;
  }

  /** Answers that left too early. */
  List<String> early() {
    return early;
  }

  /** Syncs of journal files that ended well. */
  int syncs() {
    return syncs;
  }

  private void line(String line) {
    Matcher parts = LINE.matcher(line);
    if (!parts.matches()) {
      return;
    }
    String thread = parts.group(1);
    String text = parts.group(2);
    Matcher resumed = RESUMED.matcher(text);
    if (resumed.matches()) {
      String begin = unfinished.remove(thread);
      if (begin != null) {
        ended(thread, begin + resumed.group(1));
      }
    } else if (text.endsWith("<unfinished ...>")) {
      unfinished.put(thread, text.substring(0, text.lastIndexOf('<')));
      began(thread, text);
    } else {
      began(thread, text);
      ended(thread, text);
    }
  }

  private void began(String thread, String text) {
    Matcher call = CALL.matcher(text);
    if (!call.matches()) {
      return;
    }
    String name = call.group(1);
    String file = call.group(2);
    if (name.equals("fsync") || name.equals("fdatasync")) {
      bytesInWork.put(thread, (BitSet) written.getOrDefault(file, new BitSet()).clone());
      namesInWork.put(thread, file.equals(journal) ? Set.copyOf(written.keySet()) : Set.of());
    } else if (isWrite(name) && !file.startsWith("/")) {
      answers(file, call.group(3));
    }
  }

  private static boolean isWrite(String name) {
    return name.contains("write") || name.startsWith("send");
  }

  private void answers(String socket, String bytes) {
    Queue<Integer> waiting = asked.getOrDefault(socket, new ArrayDeque<>());
    for (int at = bytes.indexOf(ANSWER); at >= 0; at = bytes.indexOf(ANSWER, at + 1)) {
      Integer id = waiting.poll();
      if (id == null || id == OF_ANOTHER_KIND) {
        continue;
      }
      if (isDurable(id)) {
        answered.set(id);
      } else {
        early.add("event " + id + " on " + socket);
      }
    }
  }

  private boolean isDurable(int id) {
    return synced.entrySet().stream()
        .anyMatch(file -> named.contains(file.getKey()) && file.getValue().get(id));
  }

  private void ended(String thread, String text) {
    Matcher call = CALL.matcher(text);
    Matcher result = RESULT.matcher(text);
    if (!call.matches() || !result.matches() || Long.parseLong(result.group(1)) < 0) {
      return;
    }
    String name = call.group(1);
    String file = call.group(2);
    if (name.equals("fsync") || name.equals("fdatasync")) {
      named.addAll(Objects.requireNonNull(namesInWork.get(thread)));
      if (written.containsKey(file)) {
        syncs++;
        synced
            .computeIfAbsent(file, first -> new BitSet())
            .or(Objects.requireNonNull(bytesInWork.get(thread)));
      }
    } else if (name.startsWith("recv")) {
      requests(asked.computeIfAbsent(file, first -> new ArrayDeque<>()), call.group(3));
    } else if (isWrite(name) && file.startsWith(journal + "/")) {
      BitSet ids = written.computeIfAbsent(file, first -> new BitSet());
      ID.matcher(call.group(3)).results().forEach(id -> ids.set(Integer.parseInt(id.group(1))));
    }
  }

  private static void requests(Queue<Integer> waiting, String bytes) {
    Matcher each = REQUEST.matcher(bytes);
    boolean headOnly = false;
    while (each.find()) {
      if (each.group(1) != null) {
        waiting.add(Integer.parseInt(each.group(1)));
        headOnly = false;
      } else {
        if (headOnly) {
          waiting.add(OF_ANOTHER_KIND);
        }
        headOnly = true;
      }
    }
    if (headOnly) {
      waiting.add(OF_ANOTHER_KIND);
    }
  }
}
