/**
 * Circuit breakers around the database and the store: who is away is not asked again and again, by
 * nobody in the process.
 */
@NullMarked
package io.estat.etl.breaker;

import org.jspecify.annotations.NullMarked;
