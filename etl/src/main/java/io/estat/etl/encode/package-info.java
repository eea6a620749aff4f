/**
 * The value of a column as bytes of JSON, by the column's declared type. An encoder is built once a
 * table and writes into one growing buffer: no object a value, no map a row.
 */
@NullMarked
package io.estat.etl.encode;

import org.jspecify.annotations.NullMarked;
