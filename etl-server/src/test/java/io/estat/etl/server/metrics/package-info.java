@NullMarked
package io.estat.etl.server.metrics;

import org.jspecify.annotations.NullMarked;
