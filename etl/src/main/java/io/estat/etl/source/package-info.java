/** Databases: one {@link io.estat.etl.source.Dialect} each over one shared JDBC engine. */
@NullMarked
package io.estat.etl.source;

import org.jspecify.annotations.NullMarked;
