@NullMarked
package io.estat.etl.server.events;

import org.jspecify.annotations.NullMarked;
