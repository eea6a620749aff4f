package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.etl.domain.TableName;
import io.estat.etl.domain.TableOptions;
import io.estat.etl.plan.TableRequest;
import io.estat.testkit.Property;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ObjectNamesTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "ORDERS,ORDERS",
        "SYS_P$1-a,SYS_P$1-a",
        "with space,with%20space",
        "a/b\\c,a%2Fb%5Cc",
        "..,%2E%2E",
        "odd.name,odd%2Ename",
        "100%25,100%2525",
        "Größe,Größe",
        "表,表",
        "\uD83D\uDE00,%F0%9F%98%80",
        "q?a=1&b#c,q%3Fa%3D1%26b%23c",
        "t*\"<>|:,t%2A%22%3C%3E%7C%3A",
        // What the second object of the table A would be called.
        "A-00002,A%2D00002",
        "A-2,A-2"
      })
  void whatNoFileSystemTakesIsPercentEncoded(String table, String name) {
    assertThat(assign(request(new TableName(null, table), null))).isEqualTo(name);
  }

  @Test
  void theOwnerStandsBeforeADotUnlessItIsTheDefault() {
    assertThat(assign(request(new TableName("SHOP", "ORDERS"), null))).isEqualTo("ORDERS");
    assertThat(assign(request(new TableName("a.b", "c d"), null))).isEqualTo("a%2Eb.c%20d");
  }

  @Test
  void aChosenNameIsMadeSafeToo() {
    assertThat(assign(request(new TableName(null, "T"), "../up"))).isEqualTo("%2E%2E%2Fup");
  }

  @Test
  void namesThatDifferOnlyInCaseAreRefusedWithTheWayOut() {
    List<TableRequest> two =
        List.of(
            request(new TableName(null, "Orders"), null),
            request(new TableName(null, "ORDERS"), null));
    assertThatThrownBy(() -> ObjectNames.assign(two, ""))
        .hasMessageContainingAll("Orders", "ORDERS", "table_options.output_name");
  }

  /** Different names stay different, and what was encoded can be read back. */
  @Test
  void anyNameCanBeReadBack() {
    Property.forAll(
        500,
        ObjectNamesTest::anyText,
        table -> {
          String name = assign(request(new TableName(null, table), null));
          assertThat(name).doesNotContain("/", "\\", "..", ":", " ");
          String back = URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
          assertThat(back).isEqualTo(table);
        });
  }

  private static String anyText(Random random) {
    var text = new StringBuilder("T");
    random
        .ints(1 + random.nextInt(12), 0x20, 0x2FFF)
        .filter(Character::isDefined)
        .forEach(text::appendCodePoint);
    return text.toString();
  }

  private static String assign(TableRequest request) {
    return Objects.requireNonNull(
        ObjectNames.assign(List.of(request), "SHOP").get(request.asked()));
  }

  private static TableRequest request(TableName name, @Nullable String outputName) {
    return new TableRequest(
        name.toString(), name, new TableOptions(List.of(), null, outputName, null, null));
  }
}
