@NullMarked
package io.estat.etl.server.store;

import org.jspecify.annotations.NullMarked;
