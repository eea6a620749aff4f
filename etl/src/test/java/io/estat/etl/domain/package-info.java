@NullMarked
package io.estat.etl.domain;

import org.jspecify.annotations.NullMarked;
