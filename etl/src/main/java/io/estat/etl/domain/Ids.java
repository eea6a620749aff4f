package io.estat.etl.domain;

import java.util.regex.Pattern;

/** The one check of the three kinds of id. */
final class Ids {
  private Ids() {}

  static void require(String what, Pattern form, String value, String example) {
    if (!form.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "%s '%s' must have the form of %s".formatted(what, value, example));
    }
  }
}
