package io.estat.etl.extract;

/**
 * The job was given to another instance, since this one seemed dead: it must not change anything.
 */
public final class ClaimLostException extends Exception {
  private static final long serialVersionUID = 1L;

  public ClaimLostException(String message) {
    super(message);
  }
}
