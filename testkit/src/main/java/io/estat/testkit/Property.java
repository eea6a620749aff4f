package io.estat.testkit;

import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Checks a statement on many seeded values. A failure names its seed and how to run it again, with
 * the smallest value that still fails.
 */
public final class Property {
  /** System property: the seed of the first run. Without it every execution draws a new one. */
  public static final String SEED_PROPERTY = "estat.seed";

  private static final int MAX_SHRINKS = 10_000;

  private Property() {}

  /** Throws, however it likes, when the statement does not hold for {@code value}. */
  @FunctionalInterface
  public interface Check<T> {
    void check(T value) throws Exception;
  }

  /** Run n takes its value from seed + n alone. */
  public static <T> void forAll(int runs, Gen<T> gen, Check<T> check) {
    long first = seed();
    for (int run = 0; run < runs; run++) {
      T value = gen.make(new Random(first + run));
      Throwable failure = failure(check, value);
      if (failure != null) {
        throw report(gen, check, value, failure, first + run);
      }
    }
  }

  /** The seed that the user asks for, else a new one. */
  public static long seed() {
    Long asked = Long.getLong(SEED_PROPERTY);
    return asked != null ? asked : System.nanoTime() & 0xFFFFFFFFL;
  }

  private static <T> AssertionError report(
      Gen<T> gen, Check<T> check, T found, Throwable firstFailure, long seed) {
    T value = found;
    Throwable failure = firstFailure;
    int tried = 0;
    boolean shrunk = true;
    while (shrunk && tried < MAX_SHRINKS) {
      shrunk = false;
      for (T candidate : gen.smaller(value)) {
        Throwable smallerFailure = failure(check, candidate);
        if (smallerFailure != null) {
          value = candidate;
          failure = smallerFailure;
          shrunk = true;
          break;
        }
        if (++tried >= MAX_SHRINKS) {
          break;
        }
      }
    }
    return new AssertionError(
        "fails with -D%s=%d for %s: %s".formatted(SEED_PROPERTY, seed, show(value), failure),
        failure);
  }

  private static <T> @Nullable Throwable failure(Check<T> check, T value) {
    try {
      check.check(value);
      return null;
    } catch (Exception | AssertionError e) {
      return e;
    }
  }

  private static String show(Object value) {
    return value instanceof byte[] bytes ? Bytes.show(bytes) : String.valueOf(value);
  }
}
