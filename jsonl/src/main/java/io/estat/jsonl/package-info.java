/** Bytes of JSON Lines, and gzip. */
@NullMarked
package io.estat.jsonl;

import org.jspecify.annotations.NullMarked;
