package io.estat.etl.source;

import org.jspecify.annotations.Nullable;

/**
 * What of a table a user does not see.
 *
 * @param problem in words
 * @param remedy what lets the user see it, where a grant does not; else null
 */
public record Hidden(String problem, @Nullable String remedy) {
  @Override
  public String toString() {
    return remedy == null ? problem : problem + "; " + remedy;
  }
}
