package io.estat.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import java.util.Locale;

/**
 * Finds the end of an answer and its status, with no more work than that takes: a 200 that comes in
 * one piece and has no body, which is nearly every answer, costs a look at its last four bytes. One
 * a connection; there is one request in flight at a time.
 */
final class AnswerScan {
  private static final int STATUS_AT = "HTTP/1.1 ".length();
  private static final int OK = 200;
  private static final int OK_DIGITS = 0x323030;
  private static final int SHORTEST = "HTTP/1.1 200\r\n\r\n".length();
  private static final int BLANK_LINE = 0x0d0a0d0a;
  private static final String LENGTH = "\r\ncontent-length:";

  private final StringBuilder pieces = new StringBuilder();

  /**
   * Takes what was read; returns the status when the answer is whole, or 0.
   *
   * @param read readable bytes, which are consumed
   */
  int feed(ByteBuf read) {
    int length = read.readableBytes();
    if (pieces.isEmpty() && length >= SHORTEST) {
      int start = read.readerIndex();
      if (read.getInt(start + length - 4) == BLANK_LINE
          && read.getMedium(start + STATUS_AT) == OK_DIGITS) {
        return OK;
      }
    }
    pieces.append(read.readCharSequence(length, ISO_8859_1));
    return whole();
  }

  private int whole() {
    int headEnd = pieces.indexOf("\r\n\r\n");
    if (headEnd < 0) {
      return 0;
    }
    String head = pieces.substring(0, headEnd).toLowerCase(Locale.ROOT);
    int at = head.indexOf(LENGTH);
    int bodyLength = 0;
    if (at >= 0) {
      int end = head.indexOf('\r', at + LENGTH.length());
      String value = head.substring(at + LENGTH.length(), end < 0 ? head.length() : end);
      bodyLength = Integer.parseInt(value.strip());
    }
    if (pieces.length() < headEnd + 4 + bodyLength) {
      return 0;
    }
    pieces.setLength(0);
    return Integer.parseInt(head, STATUS_AT, STATUS_AT + 3, 10);
  }
}
