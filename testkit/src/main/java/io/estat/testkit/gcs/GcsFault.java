package io.estat.testkit.gcs;

/** What goes wrong with one request. */
public sealed interface GcsFault {
  /** Nothing does. */
  GcsFault NONE = new None();

  /** It is carried out, and the connection ends without an answer. */
  GcsFault LOSES_ANSWER = new LosesAnswer();

  /** Nothing is carried out or answered until the server is closed. */
  GcsFault HANGS = new Hangs();

  /** A session that is asked for is gone for good from now on: 410. */
  GcsFault FORGETS_SESSION = new ForgetsSession();

  /** The first byte of a session's bytes that are kept is another one. */
  GcsFault CORRUPTS = new Corrupts();

  static GcsFault answers(int status) {
    return new Answers(status);
  }

  static GcsFault cutsBodyAfter(int bytes) {
    return new CutsBody(bytes);
  }

  static GcsFault persistsOnly(int bytes) {
    return new PersistsOnly(bytes);
  }

  static GcsFault cutsAnswerAfter(int bytes) {
    return new CutsAnswer(bytes);
  }

  /** See {@link #NONE}. */
  record None() implements GcsFault {}

  /** See {@link #LOSES_ANSWER}. */
  record LosesAnswer() implements GcsFault {}

  /** See {@link #HANGS}. */
  record Hangs() implements GcsFault {}

  /** See {@link #FORGETS_SESSION}. */
  record ForgetsSession() implements GcsFault {}

  /** See {@link #CORRUPTS}. */
  record Corrupts() implements GcsFault {}

  /** The body is read, nothing is carried out, and this status is answered. */
  record Answers(int status) implements GcsFault {}

  /**
   * The connection ends when so many bytes of the body were read; of a session's bytes, whole
   * multiples of 256 KiB of these stay.
   */
  record CutsBody(int bytes) implements GcsFault {}

  /** The server keeps only so many bytes of a chunk, a multiple of 256 KiB, and answers 308. */
  record PersistsOnly(int bytes) implements GcsFault {}

  /** The connection ends when so many bytes of the answer's body were sent. */
  record CutsAnswer(int bytes) implements GcsFault {}
}
