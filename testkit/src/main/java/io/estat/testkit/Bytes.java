package io.estat.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Byte strings of the kinds that break encoders. All shrink by leaving out ever smaller pieces. */
public enum Bytes implements Gen<byte[]> {
  /** Every byte equally likely. */
  RANDOM {
    @Override
    byte[] piece(Random random) {
      return new byte[] {(byte) random.nextInt(256)};
    }
  },
  /** Printable ASCII, quote and backslash among it. */
  ASCII {
    @Override
    byte[] piece(Random random) {
      return new byte[] {(byte) (' ' + random.nextInt(95))};
    }
  },
  /** Pieces of JSON in any order: rarely a document, always close to one. */
  JSON_LIKE {
    @Override
    byte[] piece(Random random) {
      return oneOf(random, JSON_PIECES).getBytes(UTF_8);
    }
  },
  /** Valid UTF-8 of one to four bytes a character, from the edges of each length and emoji. */
  UTF8 {
    @Override
    byte[] piece(Random random) {
      int edge = EDGES[random.nextInt(EDGES.length)];
      return Character.toString(random.nextBoolean() ? edge : between(random, 0x80, 0xD7FF))
          .getBytes(UTF_8);
    }
  },
  /** Valid UTF-8 with overlong, surrogate, too high, cut and stray bytes among it. */
  BROKEN_UTF8 {
    @Override
    byte[] piece(Random random) {
      return random.nextInt(4) > 0
          ? UTF8.piece(random)
          : HexFormat.of().parseHex(oneOf(random, BROKEN));
    }
  },
  /** Bytes below the space, and DEL. */
  CONTROL {
    @Override
    byte[] piece(Random random) {
      int b = random.nextInt(33);
      return new byte[] {(byte) (b == 32 ? 0x7F : b)};
    }
  },
  /** Quotes and backslashes, some letters between. */
  QUOTES {
    @Override
    byte[] piece(Random random) {
      return new byte[] {(byte) "\"\\\"\\anu/".charAt(random.nextInt(8))};
    }
  },
  /** Any of the kinds above, alone or with pieces of all of them mixed. */
  ANY {
    @Override
    byte[] piece(Random random) {
      return KINDS[random.nextInt(KINDS.length)].piece(random);
    }

    @Override
    public byte[] make(Random random) {
      return random.nextInt(KINDS.length + 1) == 0
          ? super.make(random)
          : KINDS[random.nextInt(KINDS.length)].make(random);
    }
  };

  private static final Bytes[] KINDS = {
    RANDOM, ASCII, JSON_LIKE, UTF8, BROKEN_UTF8, CONTROL, QUOTES,
  };
  private static final String[] JSON_PIECES = {
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\"a\"",
    "\"\\u00e9\"",
    "\\",
    "true",
    "false",
    "null",
    "0",
    "-1",
    "1.5e+3",
    "01",
    ".",
    "e",
    " ",
    "\t",
    "\r",
    "{\"k\":1}",
    "[1,2]",
    "\"\"",
    "é",
    "\\\"",
  };
  private static final int[] EDGES = {
    0, 0x1F, 0x20, '"', '\\', 0x7F, 0x80, 0xFF, 0x7FF, 0x800, 0xFFF, 0x1000, 0x2028, 0xD7FF, 0xE000,
    0xFEFF, 0xFFFD, 0xFFFF, 0x10000, 0x1F600, 0x1F468, 0x200D, 0xFE0F, 0xFFFFF, 0x10FFFF,
  };
  private static final String[] BROKEN = {
    "80",
    "bf",
    "c0af",
    "c180",
    "c2",
    "e0",
    "e080af",
    "e28282c3",
    "e282",
    "ed9fc0",
    "eda080",
    "edbfbf",
    "f0",
    "f08080af",
    "f09f98",
    "f48fbf",
    "f4908080",
    "f5808080",
    "fe",
    "ff",
  };
  private static final int[] EDGE_SIZES = {0, 1, 2, 3, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64};

  abstract byte[] piece(Random random);

  /** Mostly short, often at the edges of eight-byte words, now and then a thousand bytes. */
  @Override
  public byte[] make(Random random) {
    int size =
        switch (random.nextInt(8)) {
          case 0 -> random.nextInt(1000);
          case 1, 2 -> random.nextInt(100);
          case 3, 4 -> random.nextInt(12);
          default -> EDGE_SIZES[random.nextInt(EDGE_SIZES.length)];
        };
    byte[] made = new byte[size + 64];
    int length = 0;
    while (length < size) {
      byte[] piece = piece(random);
      System.arraycopy(piece, 0, made, length, piece.length);
      length += piece.length;
    }
    return Arrays.copyOf(made, length);
  }

  /** All that leave out one piece: halves first, then quarters, at last single bytes. */
  @Override
  public Iterable<byte[]> smaller(byte[] value) {
    List<byte[]> candidates = new ArrayList<>();
    for (int piece = value.length; piece > 0; piece /= 2) {
      for (int at = 0; at + piece <= value.length; at += piece) {
        byte[] left = new byte[value.length - piece];
        System.arraycopy(value, 0, left, 0, at);
        System.arraycopy(value, at + piece, left, at, left.length - at);
        candidates.add(left);
      }
    }
    return candidates;
  }

  static String show(byte[] bytes) {
    return bytes.length + " bytes, hex " + HexFormat.of().formatHex(bytes);
  }

  private static String oneOf(Random random, String[] choices) {
    return choices[random.nextInt(choices.length)];
  }

  private static int between(Random random, int low, int high) {
    return low + random.nextInt(high - low + 1);
  }
}
