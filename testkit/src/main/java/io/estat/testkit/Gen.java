package io.estat.testkit;

import java.util.List;
import java.util.Random;

/** Makes values from a seeded source, and smaller ones from one that failed. */
@FunctionalInterface
public interface Gen<T> {
  /** The same state of {@code random} gives the same value. */
  T make(Random random);

  /** Candidates that are smaller than {@code value}, the smallest first; none by default. */
  default Iterable<T> smaller(T value) {
    return List.of();
  }
}
