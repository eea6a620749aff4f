package io.estat.jsonl;

import java.nio.ByteBuffer;
import java.util.zip.Deflater;

/** The JDK's zlib. */
final class ZlibDeflate implements RawDeflate {
  static final String NAME = "zlib";

  private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
  private final Deflater deflater;

  ZlibDeflate(int level) {
    deflater = new Deflater(level, true);
  }

  @Override
  public String engine() {
    return NAME;
  }

  @Override
  public ByteBuffer block() {
    return block;
  }

  @Override
  public void reset() {
    deflater.reset();
  }

  @Override
  public void feed(int length, boolean last) {
    deflater.setInput(block.array(), 0, length);
    if (last) {
      deflater.finish();
    }
  }

  @Override
  public int drain(byte[] out) {
    return deflater.deflate(out, 0, out.length);
  }

  @Override
  public void close() {
    deflater.end();
  }
}
