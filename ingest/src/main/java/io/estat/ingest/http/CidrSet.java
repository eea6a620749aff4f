package io.estat.ingest.http;

import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Address ranges, as {@code 10.0.0.0/8} or {@code 2001:db8::/32}; an address alone is a range of
 * one.
 */
public final class CidrSet {
  private static final class Range {
    private final byte[] network;
    private final int bits;

    Range(byte[] network, int bits) {
      this.network = network;
      this.bits = bits;
    }

    boolean contains(byte[] address) {
      if (address.length != network.length) {
        return false;
      }
      int whole = bits / 8;
      for (int i = 0; i < whole; i++) {
        if (address[i] != network[i]) {
          return false;
        }
      }
      int mask = 0xff00 >> (bits % 8) & 0xff;
      return mask == 0 || (address[whole] & mask) == (network[whole] & mask);
    }
  }

  private final List<Range> ranges = new ArrayList<>();

  /**
   * @throws IllegalArgumentException naming the first entry that is no range
   */
  public CidrSet(List<String> cidrs) {
    for (String cidr : cidrs) {
      ranges.add(parse(cidr.strip()));
    }
  }

  private static Range parse(String cidr) {
    int slash = cidr.indexOf('/');
    byte[] network = address(slash < 0 ? cidr : cidr.substring(0, slash));
    if (network != null) {
      int width = network.length * 8;
      int bits = slash < 0 ? width : bits(cidr.substring(slash + 1));
      if (bits >= 0 && bits <= width) {
        return new Range(network, bits);
      }
    }
    throw new IllegalArgumentException("'" + cidr + "' is no address range like 10.0.0.0/8");
  }

  private static int bits(String text) {
    return text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
  }

  /** The 4 or 16 bytes of a textual address; an IPv4 address mapped into IPv6 gives 4. */
  static byte @Nullable [] address(String text) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
    return bytes == null ? null : unmapped(bytes);
  }

  static byte[] unmapped(byte[] address) {
    if (address.length != 16 || (address[10] & address[11]) != -1) {
      return address;
    }
    for (int i = 0; i < 10; i++) {
      if (address[i] != 0) {
        return address;
      }
    }
    return new byte[] {address[12], address[13], address[14], address[15]};
  }

  boolean contains(byte[] address) {
    for (Range range : ranges) {
      if (range.contains(address)) {
        return true;
      }
    }
    return false;
  }
}
