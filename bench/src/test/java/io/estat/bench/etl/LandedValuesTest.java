package io.estat.bench.etl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LandedValuesTest {
  @TempDir private Path folder;

  @Test
  void takesTwoTextsOfOneValueForTheSame() throws IOException {
    assertThat(
            landed(
                """
                {"id":1,"amount":"1.50","at":"2020-01-01T00:00:00.000000","on":true,"note":null}
                {"id":2,"amount":"-0.10","at":"2020-01-01T00:00:00.120000+00:00","on":false}
                """))
        .isEqualTo(
            landed(
                """
                {"on":"FALSE","at":"2020-01-01 00:00:00.12+00","amount":-0.1,"id":"2"}
                {"ID":1,"amount":1.5,"at":"2020-01-01 00:00:00","on":1}
                """));
  }

  @Test
  void seesWhatIsLostAddedOrChanged() throws IOException {
    LandedValues right = landed("{\"a\":1,\"b\":2}\n{\"a\":3,\"b\":4}\n");
    assertThat(landed("{\"a\":1,\"b\":2}\n")).isNotEqualTo(right);
    assertThat(landed("{\"a\":1,\"b\":4}\n{\"a\":3,\"b\":2}\n")).isNotEqualTo(right);
    assertThat(landed("{\"a\":2,\"b\":1}\n{\"a\":3,\"b\":4}\n")).isNotEqualTo(right);
    assertThat(landed("{\"a\":1,\"b\":2.01}\n{\"a\":3,\"b\":4}\n")).isNotEqualTo(right);
    assertThat(landed("{\"a\":1,\"b\":2}\n{\"a\":3,\"b\":4}\n{\"a\":3,\"b\":4}\n"))
        .isNotEqualTo(right);
  }

  @Test
  void takesBackWhatCopyDoesToBackslashes() throws IOException {
    String doubled = "{\"a\":\"say \\\\\"hi\\\\\" \\\\\\\\ \"}";
    try (var single = new SingleBackslashes(bytes(doubled))) {
      assertThat(new String(single.readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("{\"a\":\"say \\\"hi\\\" \\\\ \"}");
    }
  }

  private LandedValues landed(String lines) throws IOException {
    Path file = folder.resolve("lines.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(lines.getBytes(StandardCharsets.UTF_8));
    }
    return LandedValues.of(
        new StringLoop(
            () -> {
              throw new SQLException("not asked");
            },
            "t"),
        List.of(file));
  }

  private static ByteArrayInputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
