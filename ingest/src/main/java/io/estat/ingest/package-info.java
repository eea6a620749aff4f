/** The ingest server. */
@NullMarked
package io.estat.ingest;

import org.jspecify.annotations.NullMarked;
