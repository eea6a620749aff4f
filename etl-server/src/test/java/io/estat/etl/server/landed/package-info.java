@NullMarked
package io.estat.etl.server.landed;

import org.jspecify.annotations.NullMarked;
