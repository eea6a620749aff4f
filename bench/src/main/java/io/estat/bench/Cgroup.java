package io.estat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A control group with a limit of CPU and one of memory, as a container has: version 1 or 2,
 * whichever has the controllers. In version 1 it is made below the group of this JVM. In version 2
 * a group that holds processes, as that of this JVM does, cannot hand controllers on (the "no
 * internal process" rule), so there it is made below the root of the mount.
 *
 * @param folders one in version 2, one a controller in version 1
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">Control Group v2</a>
 */
record Cgroup(List<Path> folders) implements AutoCloseable {
  private static final long PERIOD_MICROS = 100_000;

  /** One value for one file of the group. */
  private record Setting(Path file, String value) {
    /** The kernel has made the file with its folder, or has no such controller here. */
    void write() throws CgroupRefused {
      try {
        Files.writeString(file, value, StandardOpenOption.WRITE);
      } catch (IOException e) {
        throw new CgroupRefused("'%s' cannot be written to %s: %s".formatted(value, file, e));
      }
    }
  }

  /**
   * @param name of the group
   * @param cpus share of one core and more
   * @throws CgroupRefused if this machine or this user cannot make one; nothing is left behind
   */
  static Cgroup create(String name, double cpus, long memoryBytes) throws IOException {
    return create(
        name,
        cpus,
        memoryBytes,
        Files.readAllLines(Path.of("/proc/self/mountinfo")),
        Files.readAllLines(Path.of("/proc/self/cgroup")));
  }

  static Cgroup create(
      String name, double cpus, long memoryBytes, List<String> mounts, List<String> own)
      throws CgroupRefused {
    String quota = Long.toString(Math.round(cpus * PERIOD_MICROS));
    String memory = Long.toString(memoryBytes);
    Optional<Path> ownCpu = version1(mounts, own, "cpu");
    Optional<Path> ownMemory = version1(mounts, own, "memory");
    if (ownCpu.isPresent() && ownMemory.isPresent()) {
      Path cpu = ownCpu.get().resolve(name);
      Path mem = ownMemory.get().resolve(name);
      return new Cgroup(List.of(cpu, mem))
          .made(
              new Setting(cpu.resolve("cpu.cfs_period_us"), Long.toString(PERIOD_MICROS)),
              new Setting(cpu.resolve("cpu.cfs_quota_us"), quota),
              new Setting(mem.resolve("memory.limit_in_bytes"), memory));
    }
    Path root =
        version2(mounts)
            .orElseThrow(
                () -> new CgroupRefused("no control groups for cpu and memory are mounted"));
    new Setting(root.resolve("cgroup.subtree_control"), "+cpu +memory").write();
    Path group = root.resolve(name);
    return new Cgroup(List.of(group))
        .made(
            new Setting(group.resolve("cpu.max"), quota + " " + PERIOD_MICROS),
            new Setting(group.resolve("memory.max"), memory));
  }

  private Cgroup made(Setting... settings) throws CgroupRefused {
    try {
      for (Path folder : folders) {
        make(folder);
      }
      for (Setting setting : settings) {
        setting.write();
      }
      return this;
    } catch (CgroupRefused refused) {
      try {
        close();
      } catch (IOException e) {
        refused.addSuppressed(e);
      }
      throw refused;
    }
  }

  private static void make(Path folder) throws CgroupRefused {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new CgroupRefused("%s cannot be made: %s".formatted(folder, e));
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

  /** Where the hierarchy of version 2 is mounted, by mountinfo of proc(5). */
  static Optional<Path> version2(List<String> mounts) {
    return mounts.stream()
        .map(mount -> mount.split(" - "))
        .filter(sides -> sides[1].startsWith("cgroup2 "))
        .map(sides -> Path.of(sides[0].split(" ")[4]))
        .findFirst();
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
