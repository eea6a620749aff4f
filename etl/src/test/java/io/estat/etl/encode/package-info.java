@NullMarked
package io.estat.etl.encode;

import org.jspecify.annotations.NullMarked;
