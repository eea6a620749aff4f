package io.estat.etl.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NearestNameTest {
  private static final List<String> NAMES =
      List.of("ORDERS", "ORDER_ITEMS", "CUSTOMERS", "ID", "shop.opening hours");

  @ParameterizedTest
  @CsvSource({
    "ORDRES, ORDERS",
    "orders, ORDERS",
    "OrderItems, ORDER_ITEMS",
    "COSTUMERS, CUSTOMERS",
    "IX, ID",
    "SHOP_OPENING_HOURS, shop.opening hours"
  })
  void findsWhatWasProbablyMeant(String wrong, String meant) {
    assertThat(NearestName.of(wrong, NAMES)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({"INVOICES", "ODD", "XY"})
  void guessesNothingThatIsMostlyAnotherName(String wrong) {
    assertThat(NearestName.of(wrong, NAMES)).isEmpty();
  }
}
