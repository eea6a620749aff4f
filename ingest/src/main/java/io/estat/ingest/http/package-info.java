/** HTTP in, answer out. */
@NullMarked
package io.estat.ingest.http;

import org.jspecify.annotations.NullMarked;
