package io.estat.jsonl;

/** ISA-L where gkl has a library, as {@link BestEngineTest} makes sure. */
class BestGzipEncoderTest extends GzipEncoderTest {
  @Override
  GzipEngine engine() {
    return GzipEngine.best();
  }
}
