package io.estat.storage;

/**
 * What a store takes as a part.
 *
 * @param minBytes of every part but the last
 * @param alignBytes parts but the tail are multiples of this: 1, or a multiple of {@link
 *     UploadBudget#SLAB_BYTES}
 * @param maxParts of one object
 * @param parallel parts that may be sent at once; with 1 they are sent in order
 */
public record PartLimits(int minBytes, int alignBytes, int maxParts, int parallel) {
  public PartLimits {
    if (alignBytes != 1 && (alignBytes < 1 || alignBytes % UploadBudget.SLAB_BYTES != 0)) {
      throw new IllegalArgumentException(
          "alignBytes is %d, it must be 1 or a multiple of %d"
              .formatted(alignBytes, UploadBudget.SLAB_BYTES));
    }
    if (minBytes < 1 || maxParts < 1 || parallel < 1) {
      throw new IllegalArgumentException(
          "minBytes %d, maxParts %d and parallel %d must be at least 1"
              .formatted(minBytes, maxParts, parallel));
    }
  }

  /** The least that an open part must hold before it can be sent: {@code minBytes}, aligned. */
  public int leastBytes() {
    return Math.ceilDiv(minBytes, alignBytes) * alignBytes;
  }
}
