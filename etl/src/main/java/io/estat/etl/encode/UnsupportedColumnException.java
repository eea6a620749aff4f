package io.estat.etl.encode;

import io.estat.etl.domain.Column;

/** A column's type has no JSON shape; the message names column, type and what to do. */
public final class UnsupportedColumnException extends Exception {
  private static final long serialVersionUID = 1L;

  public UnsupportedColumnException(Column column) {
    super(
        ("column %s has the type %s, which has no JSON shape; leave it out with"
                + " table_options.columns, or set on_unsupported to null or text")
            .formatted(column.name(), column.type()));
  }
}
