package io.estat.jsonl;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** The gzip format around a deflate stream, and the cutting into equal blocks. */
final class MemberEncoder implements GzipEncoder {
  /** No flags, no time, no extra flags, operating system unknown: RFC 1952, section 2.3. */
  private static final byte[] HEADER = {
    0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, (byte) 0xFF,
  };

  static final int OUT_BYTES = 64 * 1024;

  private final RawDeflate deflate;
  private final ByteBuffer block;
  private final byte[] out;
  private final ByteBuffer trailer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
  private final CRC32 rawCrc = new CRC32();
  private final CRC32 gzipCrc = new CRC32();
  private long rawBytes;
  private long gzipBytes;

  /** Null when no member is open, and also while the sink works: if it throws, it stays null. */
  private @Nullable Sink sink;

  MemberEncoder(RawDeflate deflate, int outBytes) {
    this.deflate = deflate;
    this.block = deflate.block();
    this.out = new byte[outBytes];
  }

  @Override
  public String engine() {
    return deflate.engine();
  }

  @Override
  public void begin(Sink to) throws IOException {
    if (sink != null) {
      throw new IllegalStateException("a member is open: finish() or abandon() it first");
    }
    deflate.reset();
    block.clear();
    rawCrc.reset();
    gzipCrc.reset();
    rawBytes = 0;
    gzipBytes = 0;
    sink = to;
    emit(HEADER, HEADER.length);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    open();
    for (int done = 0; done < length; ) {
      int part = Math.min(length - done, room());
      block.put(bytes, offset + done, part);
      done += part;
    }
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    open();
    int end = bytes.limit();
    while (bytes.hasRemaining()) {
      bytes.limit(bytes.position() + Math.min(bytes.remaining(), room()));
      block.put(bytes);
      bytes.limit(end);
    }
  }

  @Override
  public GzipSummary finish() throws IOException {
    open();
    deflateBlock(true);
    int crc = (int) rawCrc.getValue();
    trailer.clear().putInt(crc).putInt((int) rawBytes);
    emit(trailer.array(), trailer.capacity());
    sink = null;
    return new GzipSummary(rawBytes, crc, gzipBytes, (int) gzipCrc.getValue());
  }

  @Override
  public void abandon() {
    sink = null;
  }

  @Override
  public void close() {
    sink = null;
    deflate.close();
  }

  /** A full block goes only when more comes: the last one must be marked as the last. */
  private int room() throws IOException {
    if (!block.hasRemaining()) {
      deflateBlock(false);
    }
    return block.remaining();
  }

  private void deflateBlock(boolean last) throws IOException {
    int length = block.position();
    rawCrc.update(block.flip());
    rawBytes += length;
    deflate.feed(length, last);
    int written;
    do {
      written = deflate.drain(out);
      emit(out, written);
    } while (written == out.length);
    block.clear();
  }

  private void emit(byte[] bytes, int length) throws IOException {
    if (length == 0) {
      return;
    }
    gzipCrc.update(bytes, 0, length);
    gzipBytes += length;
    Sink to = open();
    sink = null;
    to.accept(bytes, 0, length);
    sink = to;
  }

  private Sink open() {
    Sink to = sink;
    if (to == null) {
      throw new IllegalStateException("no member is open: begin() one first");
    }
    return to;
  }
}
