/** What is told to a caller when something is wrong, whoever refuses: one shape, one place. */
@NullMarked
package io.estat.etl.server.error;

import org.jspecify.annotations.NullMarked;
