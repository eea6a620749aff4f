package io.estat.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ProfileTest {
  @Test
  void sharesTheCpuOfAnEventByThreadPlaceAndSymbol() {
    Profile profile =
        Profile.parse(
            List.of(
                "# Overhead\tSamples\tCommand\tShared Object\tSymbol",
                "",
                "50.00%\t50\thttp-1-1\t[kernel.kallsyms]\t[k] tcp_sendmsg",
                "40.00%\t40\thttp-1-1\tperf-7.map\t[.] void a.B.c(int|long)",
                "10.00%\t10\tC2 CompilerThre\tlibjvm.so\t[.] Parse::go"));
    assertThat(profile.table(10).lines())
        .contains(
            "| http-1-1 | kernel | 5.00 |",
            "| http-1-1 | Java | 4.00 |",
            "| C2 CompilerThre | JVM | 1.00 |",
            "| http-1-1 | Java | void a.B.c(int\\|long) | 4.00 |");
  }
}
