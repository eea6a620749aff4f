package io.estat.etl.server.web;

import io.estat.etl.server.error.ErrorCode;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Refusals of an operation beside those of every operation, for its description. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Fails {
  ErrorCode[] value();
}
