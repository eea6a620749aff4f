/** Who calls, what it may do, and how often. */
@NullMarked
package io.estat.etl.server.security;

import org.jspecify.annotations.NullMarked;
