package io.estat.ingest.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose address an event carries. The peer's, unless the peer is a trusted proxy and the one
 * configured header names somebody: then the right-most address in it that is not itself a trusted
 * proxy, since everything left of that was written by the client and may be forged.
 */
public final class ClientAddress {
  /** How much of an address is kept. */
  public enum Mode {
    FULL,
    /** The first 24 bits of an IPv4 address, 48 of an IPv6 address. */
    TRUNCATE,
    NONE
  }

  private final Mode mode;
  private final @Nullable String header;
  private final CidrSet trusted;

  /**
   * @param header lower-case name of the header to believe, or null for none
   */
  public ClientAddress(Mode mode, @Nullable String header, CidrSet trusted) {
    this.mode = mode;
    this.header = header;
    this.trusted = trusted;
  }

  /** The header to believe, in lower case, or null for none. */
  @Nullable String header() {
    return header;
  }

  /** As {@link #of(InetAddress, List)}, with all the headers of a request. */
  @Nullable String of(InetAddress peer, HttpHeaders headers) {
    return of(peer, header == null ? List.of() : headers.getAll(header));
  }

  /**
   * The text for the event line, or null if addresses are not kept.
   *
   * @param values of {@link #header()} in the request
   */
  @Nullable String of(InetAddress peer, List<String> values) {
    if (mode == Mode.NONE) {
      return null;
    }
    byte[] address = CidrSet.unmapped(peer.getAddress());
    if (header != null && trusted.contains(address)) {
      address = behindProxies(address, values, header.equals("cloudfront-viewer-address"));
    }
    return text(mode == Mode.TRUNCATE ? truncated(address) : address);
  }

  private byte[] behindProxies(byte[] peer, List<String> values, boolean alwaysWithPort) {
    byte[] nearest = peer;
    for (int i = values.size() - 1; i >= 0; i--) {
      String value = values.get(i);
      int end = value.length();
      while (end >= 0) {
        int comma = value.lastIndexOf(',', end - 1);
        String entry = value.substring(comma + 1, end).strip();
        byte[] address = CidrSet.address(withoutPort(entry, alwaysWithPort));
        if (address == null) {
          return nearest; // not an address: nothing left of it can be believed
        }
        nearest = address;
        if (!trusted.contains(address)) {
          return nearest;
        }
        end = comma;
      }
    }
    return nearest;
  }

  /**
   * Cuts a port off: {@code 192.0.2.1:80}, {@code [2001:db8::1]:80}, and the two forms without
   * brackets in which clouds write IPv6: CloudFront always adds a port; elsewhere nine groups mean
   * that the last one is a port.
   */
  private static String withoutPort(String entry, boolean alwaysWithPort) {
    if (entry.startsWith("[")) {
      int close = entry.indexOf(']');
      return close < 0 ? entry : entry.substring(1, close);
    }
    int last = entry.lastIndexOf(':');
    if (last < 0) {
      return entry;
    }
    boolean oneColon = entry.indexOf(':') == last;
    boolean nineGroups = entry.chars().filter(c -> c == ':').count() == 8 && !entry.contains("::");
    return oneColon || nineGroups || alwaysWithPort ? entry.substring(0, last) : entry;
  }

  private static byte[] truncated(byte[] address) {
    int keep = address.length == 4 ? 3 : 6;
    byte[] result = Arrays.copyOf(address, address.length);
    Arrays.fill(result, keep, result.length, (byte) 0);
    return result;
  }

  private static String text(byte[] address) {
    try {
      return NetUtil.toAddressString(InetAddress.getByAddress(address));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes, not " + address.length, e);
    }
  }
}
