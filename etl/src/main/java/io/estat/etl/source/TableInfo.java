package io.estat.etl.source;

import io.estat.etl.domain.TableName;

/**
 * What the catalog says of a table, view or materialized view.
 *
 * @param name exact, with its owner
 * @param rows the database's estimate, or -1: never analyzed
 * @param bytes what it takes on the disk, or -1: unknown
 */
public record TableInfo(TableName name, long rows, long bytes, int columns) {}
