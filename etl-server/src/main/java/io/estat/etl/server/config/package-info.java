/** What the server is told: every setting, where it may stand, and what is wrong with it. */
@NullMarked
package io.estat.etl.server.config;

import org.jspecify.annotations.NullMarked;
