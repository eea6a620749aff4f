package io.estat.etl.encode;

import java.util.List;

/** How columns are named in lines and schema file: the option {@code column_names}. */
public enum ColumnNaming {
  /** As in the database. Where BigQuery would not take a name, there is no schema file. */
  SOURCE,
  /** As in the database where BigQuery takes the name, else a changed name that it takes. */
  BIGQUERY;

  /**
   * @param columns the names in the database, which are unique
   */
  public ColumnNames names(List<String> columns) {
    return switch (this) {
      case SOURCE -> new ColumnNames(columns, columns, BigQueryNames.problem(columns));
      case BIGQUERY ->
          new ColumnNames(columns, BigQueryNames.safe(columns), BigQueryNames.tooMany(columns));
    };
  }
}
