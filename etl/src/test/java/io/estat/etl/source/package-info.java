@NullMarked
package io.estat.etl.source;

import org.jspecify.annotations.NullMarked;
