package io.estat.etl.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.testkit.Property;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IdsTest {
  @Test
  void whatIsMintedHasItsForm() {
    Property.forAll(
        500,
        random -> random.nextLong(),
        seed -> {
          var random = new Random(seed);
          Instant at = Instant.ofEpochSecond(random.nextLong(0, 253_402_300_800L));
          assertThat(JobId.mint(at, random).value()).matches(JobId.PATTERN);
          assertThat(ExtractionId.mint(random).value()).matches(ExtractionId.PATTERN);
          assertThat(TransportId.mint(random).value()).matches(TransportId.PATTERN);
        });
  }

  @Test
  void aJobsIdShowsItsTimeInUtc() {
    JobId id = JobId.mint(Instant.parse("2026-01-31T23:59:59.999Z"), new Random(1));
    assertThat(id.value()).startsWith("JOB-20260131-235959-");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "JOB-20260131-235959-0A1B2C3D",
        "JOB-20260131-235959-0a1b2c3",
        "JOB-20260131-235959-0a1b2c3d0",
        "JOB-20260131-235959-0a1b2c3d\n",
        "../JOB-20260131-235959-0a1b2c3d",
        "TRPID-0a1b2c3d"
      })
  void refusesJobIdsOfAnotherForm(String value) {
    assertThatThrownBy(() -> new JobId(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(value)
        .hasMessageContaining("JOB-20260131-235959-0a1b2c3d");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "TRPID-0a1b2c3", "TRPID-0a1b2c3d/", "trpid-0a1b2c3d", "TRPID-0a1b2c3g"})
  void refusesTransportIdsOfAnotherForm(String value) {
    assertThatThrownBy(() -> new TransportId(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("TRPID-0a1b2c3d");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "EXT-0a1b2c3d", "EXT-0a1b2c3d4e5f60711"})
  void refusesExtractionIdsOfAnotherForm(String value) {
    assertThatThrownBy(() -> new ExtractionId(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("EXT-0a1b2c3d4e5f6071");
  }

  @ParameterizedTest
  @CsvSource({"1, v001", "42, v042", "999, v999", "1000, v1000", "2147483647, v2147483647"})
  void versionsHaveThreeDigitsAndMoreWhereItTakesThem(int version, String label) {
    assertThat(Job.versionLabel(version)).isEqualTo(label);
  }
}
