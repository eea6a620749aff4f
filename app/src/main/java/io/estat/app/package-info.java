/** The {@code estat} command. */
@NullMarked
package io.estat.app;

import org.jspecify.annotations.NullMarked;
