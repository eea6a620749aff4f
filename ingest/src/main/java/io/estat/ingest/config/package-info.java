/** The environment, read whole: one table of settings, all problems at once. */
@NullMarked
package io.estat.ingest.config;

import org.jspecify.annotations.NullMarked;
