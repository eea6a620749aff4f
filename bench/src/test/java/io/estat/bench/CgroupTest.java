package io.estat.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CgroupTest {
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
  void findsItsOwnGroupOfVersion2() {
    assertThat(Cgroup.version2(MOUNTS, OWN))
        .contains(Path.of("/sys/fs/cgroup/unified/user.slice/a"));
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
