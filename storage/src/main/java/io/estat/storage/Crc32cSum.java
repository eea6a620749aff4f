package io.estat.storage;

/**
 * CRC-32C of the concatenation of byte sequences whose sums are known. A CRC is a polynomial over
 * GF(2) modulo {@link #POLYNOMIAL}; appending n bytes multiplies it by x^(8n).
 */
final class Crc32cSum {
  /** Castagnoli (RFC 3720, 12.1), without x^32, the coefficient of x^31 in the lowest bit. */
  private static final int POLYNOMIAL = 0x82F63B78;

  /** The polynomial 1. */
  private static final int ONE = 1 << 31;

  private Crc32cSum() {}

  /**
   * @param first CRC-32C of what comes first
   * @param then CRC-32C of what follows
   * @param thenBytes length of what follows
   */
  static int concat(int first, int then, long thenBytes) {
    return times(first, powerOfX(8 * thenBytes)) ^ then;
  }

  /** x^n by repeated squaring. */
  private static int powerOfX(long n) {
    int power = ONE;
    int square = ONE >>> 1;
    for (long left = n; left != 0; left >>>= 1) {
      if ((left & 1) != 0) {
        power = times(power, square);
      }
      square = times(square, square);
    }
    return power;
  }

  private static int times(int a, int b) {
    int product = 0;
    int shifted = b;
    for (int bit = ONE; bit != 0; bit >>>= 1) {
      if ((a & bit) != 0) {
        product ^= shifted;
      }
      shifted = (shifted & 1) == 0 ? shifted >>> 1 : (shifted >>> 1) ^ POLYNOMIAL;
    }
    return product;
  }
}
