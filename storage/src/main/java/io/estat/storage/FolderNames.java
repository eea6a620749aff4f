package io.estat.storage;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * File names for the segments of keys. Printable ASCII stays as it is; {@code %}, control
 * characters, everything beyond ASCII and a dot at the start become {@code %XX} of their UTF-8
 * bytes. So names depend on no locale, and a name that starts with a dot is never an object's.
 */
final class FolderNames {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private FolderNames() {}

  static String fileName(String segment) {
    var name = new StringBuilder(segment.length() + 8);
    for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = b >= ' ' && b < 0x7f && b != '%' && !(b == '.' && name.isEmpty());
      if (plain) {
        name.append((char) b);
      } else {
        name.append('%');
        HEX.toHexDigits(name, b);
      }
    }
    return name.toString();
  }

  /** The segment that has this file name, or empty if no segment has it. */
  static Optional<String> segment(String fileName) {
    var bytes = new ByteArrayOutputStream(fileName.length());
    for (int i = 0; i < fileName.length(); i++) {
      char c = fileName.charAt(i);
      if (c != '%') {
        bytes.write(c);
      } else if (i + 2 < fileName.length()
          && HexFormat.isHexDigit(fileName.charAt(i + 1))
          && HexFormat.isHexDigit(fileName.charAt(i + 2))) {
        bytes.write(HexFormat.fromHexDigits(fileName, i + 1, i + 3));
        i += 2;
      } else {
        return Optional.empty();
      }
    }
    String segment = bytes.toString(StandardCharsets.UTF_8);
    return fileName(segment).equals(fileName) ? Optional.of(segment) : Optional.empty();
  }
}
