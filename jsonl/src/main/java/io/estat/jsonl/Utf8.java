package io.estat.jsonl;

/** Strict UTF-8 as of RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF. */
final class Utf8 {
  private Utf8() {}

  /** Length 2 to 4 of the sequence whose non-ASCII lead is at {@code at}; -1 if it is broken. */
  static int sequenceLength(byte[] src, int at, int to) {
    int lead = src[at] & 0xFF;
    if (lead < 0xC2 || lead > 0xF4) {
      return -1;
    }
    int length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (to - at < length) {
      return -1;
    }
    // Only the second byte's range depends on the lead: RFC 3629, section 4.
    int second = src[at + 1] & 0xFF;
    int lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    int highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (second < lowest || second > highest) {
      return -1;
    }
    for (int i = at + 2; i < at + length; i++) {
      if (src[i] > (byte) 0xBF) { // signed: continuation bytes are -128 to -65
        return -1;
      }
    }
    return length;
  }
}
