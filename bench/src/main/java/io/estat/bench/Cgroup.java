package io.estat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A control group with a limit of CPU and one of memory, as a container has: version 1 or 2,
 * whichever has the controllers. Made below the group of this JVM.
 *
 * @param folders one in version 2, one a controller in version 1
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">Control Group v2</a>
 */
record Cgroup(List<Path> folders) implements AutoCloseable {
  private static final long PERIOD_MICROS = 100_000;

  /**
   * @param name of the group
   * @param cpus share of one core and more
   * @throws CgroupRefused if this machine or this user cannot make one
   */
  static Cgroup create(String name, double cpus, long memoryBytes) throws IOException {
    String quota = Long.toString(Math.round(cpus * PERIOD_MICROS));
    String memory = Long.toString(memoryBytes);
    List<String> mounts = Files.readAllLines(Path.of("/proc/self/mountinfo"));
    List<String> own = Files.readAllLines(Path.of("/proc/self/cgroup"));
    Optional<Path> cpu = version1(mounts, own, "cpu");
    Optional<Path> mem = version1(mounts, own, "memory");
    if (cpu.isPresent() && mem.isPresent()) {
      return new Cgroup(List.of())
          .folder(
              cpu.get().resolve(name),
              Map.of("cpu.cfs_period_us", Long.toString(PERIOD_MICROS), "cpu.cfs_quota_us", quota))
          .folder(mem.get().resolve(name), Map.of("memory.limit_in_bytes", memory));
    }
    Path parent =
        version2(mounts, own)
            .orElseThrow(
                () -> new CgroupRefused("no control groups for cpu and memory are mounted"));
    write(parent.resolve("cgroup.subtree_control"), "+cpu +memory");
    return new Cgroup(List.of())
        .folder(
            parent.resolve(name),
            Map.of("cpu.max", quota + " " + PERIOD_MICROS, "memory.max", memory));
  }

  private Cgroup folder(Path folder, Map<String, String> settings) throws IOException {
    List<Path> more = new ArrayList<>(folders);
    more.add(folder);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new CgroupRefused("%s cannot be made: %s".formatted(folder, e));
    }
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      write(folder.resolve(setting.getKey()), setting.getValue());
    }
    return new Cgroup(List.copyOf(more));
  }

  private static void write(Path file, String value) throws IOException {
    try {
      Files.writeString(file, value);
    } catch (IOException e) {
      throw new CgroupRefused("'%s' cannot be written to %s: %s".formatted(value, file, e));
    }
  }

  /** Where this JVM's own group of the controller is, by mountinfo and cgroup of proc(5). */
  static Optional<Path> version1(List<String> mounts, List<String> own, String controller) {
    for (String mount : mounts) {
      String[] sides = mount.split(" - ");
      String[] source = sides[1].split(" ");
      if (source[0].equals("cgroup") && Arrays.asList(source[2].split(",")).contains(controller)) {
        return own.stream()
            .map(line -> line.split(":", 3))
            .filter(group -> Arrays.asList(group[1].split(",")).contains(controller))
            .map(group -> below(sides[0], group[2]))
            .findFirst();
      }
    }
    return Optional.empty();
  }

  static Optional<Path> version2(List<String> mounts, List<String> own) {
    return mounts.stream()
        .map(mount -> mount.split(" - "))
        .filter(sides -> sides[1].startsWith("cgroup2 "))
        .findFirst()
        .flatMap(
            sides ->
                own.stream()
                    .filter(line -> line.startsWith("0::"))
                    .map(line -> below(sides[0], line.substring(3)))
                    .findFirst());
  }

  /** A group's path counts from the root of the hierarchy, of which a part may be mounted. */
  private static Path below(String mount, String group) {
    String[] fields = mount.split(" ");
    String root = fields[3];
    String inside = group.startsWith(root) ? group.substring(root.length()) : "";
    return Path.of(fields[4] + "/" + inside).normalize();
  }

  /** Words before a command that put it into the group. */
  List<String> enter() {
    StringBuilder script = new StringBuilder();
    for (Path folder : folders) {
      script.append("echo $$ >").append(folder.resolve("cgroup.procs")).append(" && ");
    }
    return List.of("sh", "-c", script.append("exec \"$@\"").toString(), "sh");
  }

  /** Removes the group; its processes must have ended. */
  @Override
  public void close() throws IOException {
    for (Path folder : folders) {
      Files.deleteIfExists(folder);
    }
  }
}
