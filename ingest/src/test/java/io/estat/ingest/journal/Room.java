package io.estat.ingest.journal;

import java.util.Arrays;

/** The zeros at the end of a journal file. */
final class Room {
  private Room() {}

  /** What was written. */
  static byte[] cutOff(byte[] file) {
    int end = file.length;
    while (end > 0 && file[end - 1] == 0) {
      end--;
    }
    return Arrays.copyOf(file, end);
  }
}
