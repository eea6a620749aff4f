package io.estat.etl.domain;

/** Something was to become what it cannot become; the message names both states. */
public final class IllegalTransitionException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  IllegalTransitionException(String what, Enum<?> from, Enum<?> to) {
    super("%s is %s and cannot become %s".formatted(what, from, to));
  }
}
