/** What a row costs: the engine for tables beside other ways to the same lines. Not shipped. */
@NullMarked
package io.estat.bench.etl;

import org.jspecify.annotations.NullMarked;
