package io.estat.ingest.dlq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class FileCheckTest {
  private static final String LINES = Batches.lines("x", 20);
  private static final byte[] WHOLE = Batches.gzip(LINES);

  private static FileCheck check(byte[] file, OutputStream readable) {
    try {
      return FileCheck.of(new ByteArrayInputStream(file), readable);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileCheck check(byte[] file) {
    return check(file, OutputStream.nullOutputStream());
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static int crc32(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  @Test
  void findsAWholeFileIntactAndTellsWhatIsInIt() {
    ByteArrayOutputStream readable = new ByteArrayOutputStream();
    FileCheck check = check(WHOLE, readable);
    assertThat(check)
        .isEqualTo(
            new FileCheck(
                true,
                "",
                20,
                0,
                LINES.length(),
                crc32(LINES.getBytes(UTF_8)),
                1_700_000_000,
                1_700_000_019,
                WHOLE.length,
                crc32(WHOLE)));
    assertThat(readable.toString(UTF_8)).isEqualTo(LINES);
  }

  @Test
  void takesSeveralMembersForOneFile() {
    FileCheck check = check(joined(WHOLE, Batches.gzip(""), WHOLE));
    assertThat(check.intact()).isTrue();
    assertThat(check.readable()).isEqualTo(40);
  }

  @Test
  void findsAFileCutAnywhereCorruptAndReadsWhatItCan() {
    for (int length = 0; length < WHOLE.length; length++) {
      byte[] cut = Arrays.copyOf(WHOLE, length);
      FileCheck check = check(cut);
      assertThat(check.intact()).as("cut to %d bytes", length).isFalse();
      assertThat(check.problem()).isNotEmpty();
      assertThat(check.gzipBytes()).isEqualTo(length);
      assertThat(check.gzipCrc32()).isEqualTo(crc32(cut));
    }
  }

  @Test
  void findsAFileWithAnyBitOfDataOrTrailerTurnedCorrupt() {
    int padding = 0;
    for (int bit = 80; bit < WHOLE.length * 8; bit++) {
      byte[] turned = WHOLE.clone();
      turned[bit / 8] ^= (byte) (1 << bit % 8);
      if (check(turned).intact()) {
        // Only the unused bits of the last byte before the trailer mean nothing.
        assertThat(bit / 8).isEqualTo(WHOLE.length - 9);
        padding++;
      }
    }
    assertThat(padding).isLessThan(8);
  }

  @Test
  void findsAFileWithSomethingBehindItCorrupt() {
    for (byte[] more : new byte[][] {{0}, "garbage".getBytes(UTF_8), {0x1f, (byte) 0x8b}}) {
      FileCheck check = check(joined(WHOLE, more));
      assertThat(check.intact()).isFalse();
      assertThat(check.readable()).isEqualTo(20);
      assertThat(check.gzipBytes()).isEqualTo(WHOLE.length + more.length);
    }
  }

  @Test
  void readsHeadersWithAllOptionalParts() {
    Deflater deflater = new Deflater(6, true);
    deflater.setInput(LINES.getBytes(UTF_8));
    deflater.finish();
    byte[] deflated = new byte[4096];
    int size = deflater.deflate(deflated);
    deflater.end();
    byte[] header = {0x1f, (byte) 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3};
    byte[] optional = {2, 0, 'e', 'x', 'n', 0, 'c', 0, 1, 2};
    byte[] trailer = Arrays.copyOfRange(WHOLE, WHOLE.length - 8, WHOLE.length);
    FileCheck check = check(joined(header, optional, Arrays.copyOf(deflated, size), trailer));
    assertThat(check.problem()).isEmpty();
    assertThat(check.readable()).isEqualTo(20);
  }

  @Test
  void tellsTheDisksFailureFromADamagedFile() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("bad sector");
          }

          @Override
          public int read(byte[] to, int offset, int length) throws IOException {
            throw new IOException("bad sector");
          }
        };
    assertThatThrownBy(() -> FileCheck.of(broken, OutputStream.nullOutputStream()))
        .hasMessage("bad sector");
  }

  @Test
  void takesTheLongestEventLineForGood() {
    int longest = 6 * ((1 << 20) + (96 << 10)) + (16 << 10);
    String line = "{\"ts\":1700000000,\"body\":\"";
    line += "\\u0001".repeat((longest - line.length() - 2) / 6);
    line += "x".repeat(longest - line.length() - 2) + "\"}";
    assertThat(line).hasSize(longest);
    byte[] file = Batches.gzip(line + "\n{}\n" + line + "\n");
    ByteArrayOutputStream readable = new ByteArrayOutputStream();
    FileCheck check = check(file, readable);
    assertThat(check.problem()).isEmpty();
    assertThat(check.readable()).isEqualTo(3);
    assertThat(readable.size()).isEqualTo(2 * longest + 5);
  }

  @Test
  void needsNoMoreMemoryThanTheLongestLineAndItsCopy() {
    byte[] bomb = Batches.gzip("\"" + "a".repeat(100 << 20) + "\"\n{}\n");
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    check(WHOLE);
    long before = threads.getCurrentThreadAllocatedBytes();
    check(bomb);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).isBetween(1L << 20, 2L * FileCheck.MAX_LINE_BYTES + (1 << 20));
  }

  @Test
  void holdsNoLineThatIsLongerThanAllowed() {
    // 40 MiB of one line in 40 KB of gzip: what is kept of it is bounded.
    String bomb = "\"" + "a".repeat(40 << 20) + "\"\n{}\n";
    FileCheck check = check(Batches.gzip(bomb));
    assertThat(check.readable()).isEqualTo(1);
    assertThat(check.broken()).isEqualTo(1);
  }
}
