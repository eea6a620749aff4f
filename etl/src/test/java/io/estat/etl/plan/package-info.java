@NullMarked
package io.estat.etl.plan;

import org.jspecify.annotations.NullMarked;
