package io.estat.etl.plan;

import io.estat.etl.domain.TableName;
import io.estat.etl.domain.TableOptions;

/**
 * A table that somebody wants to read.
 *
 * @param asked the transport's entry, as its author wrote it
 * @param name the same, read; without an owner it is the default owner's
 */
public record TableRequest(String asked, TableName name, TableOptions options) {

  /**
   * @throws IllegalArgumentException if the text is no table name
   */
  public static TableRequest of(String asked, TableOptions options) {
    return new TableRequest(asked, TableName.parse(asked), options);
  }
}
