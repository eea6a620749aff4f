package io.estat.jsonl;

class ZlibGzipEncoderTest extends GzipEncoderTest {
  @Override
  GzipEngine engine() {
    return GzipEngine.zlib();
  }
}
