package io.estat.ingest.batch;

/** The event lines of one request, encoded one after the other into one buffer. */
public interface RequestLines {
  /** How many lines, at least 1. */
  int events();

  /** Upper bound of the bytes of all lines together, without their {@code ts} fields. */
  long maxBytes();

  /**
   * Makes line {@code index} ready in {@link #bytes()}, from the comma after {@code ts} to the
   * newline.
   *
   * @return its length
   */
  int encode(int index);

  /** The buffer that {@link #encode} wrote to. */
  byte[] bytes();
}
