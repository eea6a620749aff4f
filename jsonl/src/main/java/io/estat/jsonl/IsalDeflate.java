package io.estat.jsonl;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * ISA-L's streaming deflate at its level 1. All its memory is native and of fixed size: the stream
 * state (81 KiB), the level's buffer (324 KiB), the block and the output.
 */
final class IsalDeflate implements RawDeflate {
  static final String NAME = "isa-l";

  /** {@code sizeof(struct isal_zstream)} is 82,384 in this library; rounded up. */
  private static final long STREAM_BYTES = 96 * 1024;

  /** {@code ISAL_DEF_LVL1_DEFAULT} and {@code ISAL_DEF_LVL2_DEFAULT}. */
  private static final int LEVEL_BUFFER_BYTES = 0x51000;

  // Offsets in struct isal_zstream (igzip_lib.h), as this library was compiled.
  private static final long NEXT_IN = 0;
  private static final long AVAIL_IN = 8;
  private static final long NEXT_OUT = 16;
  private static final long AVAIL_OUT = 24;
  private static final long LEVEL = 40;
  private static final long LEVEL_BUFFER_SIZE = 44;
  private static final long LEVEL_BUFFER = 48;
  private static final long END_OF_STREAM = 56;

  private final IsalLibrary library;
  // Shared: an encoder may be made in one thread and used in another.
  private final Arena arena = Arena.ofShared();
  private final MemorySegment stream = arena.allocate(STREAM_BYTES, 64);
  private final MemorySegment levelBuffer = arena.allocate(LEVEL_BUFFER_BYTES, 64);
  private final MemorySegment in = arena.allocate(BLOCK_BYTES, 64);
  private final MemorySegment nativeOut = arena.allocate(MemberEncoder.OUT_BYTES, 64);
  private final ByteBuffer block = in.asByteBuffer();

  IsalDeflate(IsalLibrary library) {
    this.library = library;
  }

  /** A wrong layout of the structure shows here, before any event is entrusted to it. */
  static boolean works(IsalLibrary library) {
    byte[] text = "estat,estat,estat\n".repeat(500).getBytes(StandardCharsets.US_ASCII);
    byte[] packed = new byte[text.length];
    byte[] back = new byte[text.length + 1];
    Inflater inflater = new Inflater(true);
    try (RawDeflate deflate = new IsalDeflate(library)) {
      deflate.reset();
      deflate.block().put(text);
      deflate.feed(text.length, true);
      inflater.setInput(packed, 0, deflate.drain(packed));
      return inflater.inflate(back) == text.length
          && inflater.finished()
          && Arrays.equals(text, 0, text.length, back, 0, text.length);
    } catch (DataFormatException e) {
      return false;
    } finally {
      inflater.end();
    }
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
    library.init(stream);
    stream.set(ValueLayout.JAVA_INT, LEVEL, 1);
    stream.set(ValueLayout.JAVA_INT, LEVEL_BUFFER_SIZE, LEVEL_BUFFER_BYTES);
    stream.set(ValueLayout.ADDRESS, LEVEL_BUFFER, levelBuffer);
  }

  @Override
  public void feed(int length, boolean last) {
    stream.set(ValueLayout.ADDRESS, NEXT_IN, in);
    stream.set(ValueLayout.JAVA_INT, AVAIL_IN, length);
    stream.set(ValueLayout.JAVA_SHORT, END_OF_STREAM, (short) (last ? 1 : 0));
  }

  @Override
  public int drain(byte[] out) {
    int room = Math.min(out.length, MemberEncoder.OUT_BYTES);
    stream.set(ValueLayout.ADDRESS, NEXT_OUT, nativeOut);
    stream.set(ValueLayout.JAVA_INT, AVAIL_OUT, room);
    int code = library.deflate(stream);
    if (code != 0) {
      throw new IllegalStateException("isal_deflate answered " + code + ": this is a bug");
    }
    int written = room - stream.get(ValueLayout.JAVA_INT, AVAIL_OUT);
    MemorySegment.copy(nativeOut, ValueLayout.JAVA_BYTE, 0, out, 0, written);
    return written;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
