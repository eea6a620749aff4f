package io.estat.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PropertyTest {
  @Test
  void runsAsOftenAsAsked() {
    int[] runs = {0};
    Property.forAll(25, Bytes.ANY, bytes -> runs[0]++);
    assertThat(runs[0]).isEqualTo(25);
  }

  @Test
  void namesTheSeedThatMakesTheFailingValueAgain() {
    List<Long> made = new ArrayList<>();
    assertThatThrownBy(
            () ->
                Property.forAll(
                    1000,
                    random -> {
                      made.add(random.nextLong(100));
                      return made.getLast();
                    },
                    value -> assertThat(value).isNotEqualTo(7)))
        .isInstanceOf(AssertionError.class)
        .satisfies(
            failure -> {
              String message = String.valueOf(failure.getMessage());
              assertThat(message).startsWith("fails with -Destat.seed=").contains("for 7:");
              long seed = Long.parseLong(message.replaceAll("(?s).*?seed=(\\d+).*", "$1"));
              assertThat(new Random(seed).nextLong(100)).isEqualTo(7);
            });
  }

  @Test
  void shrinksToTheSmallestThatStillFails() {
    assertThatThrownBy(
            () ->
                Property.forAll(
                    1000,
                    Bytes.RANDOM,
                    bytes -> {
                      if (new String(bytes, UTF_8).contains("\"")) {
                        throw new IllegalStateException("quote");
                      }
                    }))
        .hasMessageContaining("for 1 bytes, hex 22: java.lang.IllegalStateException: quote")
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void makesTheSameBytesFromTheSameSeed() {
    for (Bytes kind : Bytes.values()) {
      assertThat(kind.make(new Random(5))).isEqualTo(kind.make(new Random(5)));
    }
  }

  @Test
  void makesValidAndBrokenUtf8() {
    Property.forAll(2_000, Bytes.UTF8, bytes -> UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)));
    int[] broken = {0};
    Property.forAll(
        500,
        Bytes.BROKEN_UTF8,
        bytes -> {
          try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
          } catch (CharacterCodingException e) {
            broken[0]++;
          }
        });
    assertThat(broken[0]).isGreaterThan(100);
  }
}
