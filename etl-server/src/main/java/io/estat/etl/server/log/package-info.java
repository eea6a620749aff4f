/** Log lines: one JSON object each, or one line for people; never with a secret in it. */
@NullMarked
package io.estat.etl.server.log;

import org.jspecify.annotations.NullMarked;
