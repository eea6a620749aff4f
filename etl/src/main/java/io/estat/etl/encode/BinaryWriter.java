package io.estat.etl.encode;

import io.estat.jsonl.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;

/** Writes bytes as base64 strings, with padding. One thread. */
final class BinaryWriter {
  /** A multiple of three, so that only the last piece has padding. */
  private static final int PIECE_BYTES = 3 * 8192;

  private byte[] piece = {};

  static void write(byte[] binary, LineBuffer out) {
    write(binary, 0, binary.length, out);
  }

  static void write(byte[] bytes, int from, int to, LineBuffer out) {
    out.put('"');
    base64(bytes, from, to, out);
    out.put('"');
  }

  /** Reads to the end in pieces and closes. */
  void write(InputStream binary, LineBuffer out) throws SQLException {
    if (piece.length == 0) {
      piece = new byte[PIECE_BYTES];
    }
    out.put('"');
    try (binary) {
      int count;
      do {
        count = binary.readNBytes(piece, 0, PIECE_BYTES);
        base64(piece, 0, count, out);
      } while (count == PIECE_BYTES);
    } catch (IOException e) {
      throw TextWriter.asSql(e);
    }
    out.put('"');
  }

  private static void base64(byte[] bytes, int from, int to, LineBuffer out) {
    byte[] dst = out.room((to - from + 2L) / 3 * 4);
    out.length(JsonText.base64(bytes, from, to, dst, out.length()));
  }
}
