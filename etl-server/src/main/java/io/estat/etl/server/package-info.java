/** The process: one main class that reads the configuration and starts the parts. */
@NullMarked
package io.estat.etl.server;

import org.jspecify.annotations.NullMarked;
