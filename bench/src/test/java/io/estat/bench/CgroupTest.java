package io.estat.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CgroupTest {
  /** Stands in for what the kernel mounts; its files come with their folder there. */
  @TempDir Path mount;

  private static final List<String> MOUNTS =
      List.of(
          "30 25 0:26 / /proc rw - proc proc rw",
          "31 25 0:27 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw",
          "32 25 0:28 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct",
          "33 25 0:29 /docker/1 /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory");
  private static final List<String> OWN =
      List.of("4:memory:/docker/1/child", "3:cpu,cpuacct:/", "0::/user.slice/a");

  @Test
  void findsItsOwnGroupOfEachControllerOfVersion1() {
    assertThat(Cgroup.version1(MOUNTS, OWN, "cpu")).contains(Path.of("/sys/fs/cgroup/cpu,cpuacct"));
    assertThat(Cgroup.version1(MOUNTS, OWN, "memory"))
        .contains(Path.of("/sys/fs/cgroup/memory/child"));
    assertThat(Cgroup.version1(MOUNTS, OWN, "pids")).isEmpty();
  }

  @Test
  void findsTheMountOfVersion2() {
    assertThat(Cgroup.version2(MOUNTS)).contains(Path.of("/sys/fs/cgroup/unified"));
  }

  @Test
  void limitsAGroupBelowTheRootOfVersion2() throws Exception {
    kernelMakes("cgroup.subtree_control", "test/cpu.max", "test/memory.max");
    Cgroup group = create(version2());
    assertThat(group.folders()).containsExactly(mount.resolve("test"));
    assertThat(mount.resolve("cgroup.subtree_control")).hasContent("+cpu +memory");
    assertThat(mount.resolve("test/cpu.max")).hasContent("25000 100000");
    assertThat(mount.resolve("test/memory.max")).hasContent("4096");
  }

  @Test
  void limitsAGroupOfEachControllerOfVersion1() throws Exception {
    kernelMakes(
        "cpu/test/cpu.cfs_period_us",
        "cpu/test/cpu.cfs_quota_us",
        "memory/test/memory.limit_in_bytes");
    Cgroup group = create(version1());
    assertThat(group.folders())
        .containsExactly(mount.resolve("cpu/test"), mount.resolve("memory/test"));
    assertThat(mount.resolve("cpu/test/cpu.cfs_quota_us")).hasContent("25000");
    assertThat(mount.resolve("memory/test/memory.limit_in_bytes")).hasContent("4096");
  }

  @Test
  void saysWhichControllersVersion2DoesNotHandOn() {
    assertThatThrownBy(() -> create(version2()))
        .isInstanceOf(CgroupRefused.class)
        .hasMessageStartingWith(
            "'+cpu +memory' cannot be written to " + mount.resolve("cgroup.subtree_control"));
    assertThat(mount).isEmptyDirectory();
  }

  @Test
  void leavesNoGroupBehindWhoseLimitsAreRefused() throws Exception {
    kernelMakes("cgroup.subtree_control");
    assertThatThrownBy(() -> create(version2()))
        .isInstanceOf(CgroupRefused.class)
        .hasMessageContaining("cannot be written to " + mount.resolve("test/cpu.max"));
    assertThat(mount.resolve("test")).doesNotExist();
  }

  @Test
  void leavesNoGroupForCpuBehindWhereOneForMemoryIsRefused() throws Exception {
    kernelMakes("memory");
    assertThatThrownBy(() -> create(version1()))
        .isInstanceOf(CgroupRefused.class)
        .hasMessageStartingWith(mount.resolve("memory/test") + " cannot be made: ");
    assertThat(mount.resolve("cpu/test")).doesNotExist();
  }

  @Test
  void saysThatNothingIsMounted() {
    assertThatThrownBy(() -> create(List.of()))
        .isInstanceOf(CgroupRefused.class)
        .hasMessage("no control groups for cpu and memory are mounted");
  }

  /** What is there without the bench's doing, empty files all. */
  private void kernelMakes(String... files) throws IOException {
    for (String name : files) {
      Path file = mount.resolve(name);
      Files.createDirectories(file.getParent());
      Files.createFile(file);
    }
  }

  private static Cgroup create(List<String> mounts) throws CgroupRefused {
    return Cgroup.create("test", 0.25, 4096, mounts, List.of("4:memory:/", "3:cpu:/", "0::/a"));
  }

  private List<String> version2() {
    return List.of("31 25 0:27 / %s rw - cgroup2 cgroup2 rw".formatted(mount));
  }

  private List<String> version1() {
    return List.of(
        "32 25 0:28 / %s/cpu rw - cgroup cgroup rw,cpu".formatted(mount),
        "33 25 0:29 / %s/memory rw - cgroup cgroup rw,memory".formatted(mount));
  }

  @Test
  void entersEveryFolderBeforeTheCommand() {
    Cgroup group = new Cgroup(List.of(Path.of("/a"), Path.of("/b")));
    assertThat(group.enter())
        .containsExactly(
            "sh",
            "-c",
            "echo $$ >/a/cgroup.procs && echo $$ >/b/cgroup.procs && exec \"$@\"",
            "sh");
  }
}
