@NullMarked
package io.estat.etl.server.schedule;

import org.jspecify.annotations.NullMarked;
