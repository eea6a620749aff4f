package io.estat.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.ingest.http.ClientAddress.Mode;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose address is kept: which peers and which entries of which header are believed. */
class ClientAddressTest {
  private static final List<String> TRUSTED =
      List.of("10.0.0.0/8", "192.168.1.0/24", "fd00::/8", "2001:db8:aaaa::/48", "198.51.100.9");

  private static @Nullable String address(
      Mode mode, @Nullable String believed, String peer, String name, String values)
      throws UnknownHostException {
    HttpHeaders headers = new DefaultHttpHeaders();
    for (String value : values.split("\\|", -1)) {
      headers.add(name, value);
    }
    var address = new ClientAddress(mode, believed, new CidrSet(TRUSTED));
    return address.of(InetAddress.getByName(peer), headers);
  }

  /** Several headers are divided by a bar. */
  @ParameterizedTest(name = "{0} with [{1}] is {2}")
  @CsvSource(
      textBlock =
          """
          # peer, X-Forwarded-For, address
          10.0.0.1, 203.0.113.7, 203.0.113.7
          10.0.0.1, '1.1.1.1, 203.0.113.7', 203.0.113.7
          10.0.0.1, '1.1.1.1, 203.0.113.7, 10.2.3.4', 203.0.113.7
          10.0.0.1, '1.1.1.1,203.0.113.7,10.2.3.4,  192.168.1.9', 203.0.113.7
          10.0.0.1, '203.0.113.7, 198.51.100.9', 203.0.113.7
          10.0.0.1, '203.0.113.7, 198.51.100.8', 198.51.100.8
          10.0.0.1, '1.1.1.1|203.0.113.7', 203.0.113.7
          10.0.0.1, '203.0.113.7|10.2.3.4', 203.0.113.7
          10.0.0.1, '1.1.1.1, 203.0.113.7|10.2.3.4, 10.2.3.5|10.2.3.6', 203.0.113.7
          10.0.0.1, '203.0.113.7:54321', 203.0.113.7
          10.0.0.1, '203.0.113.7:54321, 10.2.3.4:80', 203.0.113.7
          10.0.0.1, 2001:db8::7, 2001:db8::7
          10.0.0.1, 2001:DB8:0:0:0:0:0:7, 2001:db8::7
          10.0.0.1, '[2001:db8::7]', 2001:db8::7
          10.0.0.1, '[2001:db8::7]:54321', 2001:db8::7
          10.0.0.1, '2001:db8:1:2:3:4:5:6:54321', 2001:db8:1:2:3:4:5:6
          10.0.0.1, '2001:db8::7, fd00::1', 2001:db8::7
          10.0.0.1, '2001:db8::7, [2001:db8:aaaa::5]:443', 2001:db8::7
          10.0.0.1, ::ffff:203.0.113.7, 203.0.113.7
          10.0.0.1, '203.0.113.7, ::ffff:10.9.9.9', 203.0.113.7
          ::ffff:10.0.0.1, 203.0.113.7, 203.0.113.7
          fd00::5, 203.0.113.7, 203.0.113.7
          # nobody but proxies: the one farthest away
          10.0.0.1, '10.0.0.3, 10.0.0.2', 10.0.0.3
          10.0.0.1, 10.0.0.2, 10.0.0.2
          # an entry that is no address ends what can be believed
          10.0.0.1, unknown, 10.0.0.1
          10.0.0.1, '203.0.113.7, unknown', 10.0.0.1
          10.0.0.1, '203.0.113.7, unknown, 10.0.0.2', 10.0.0.2
          10.0.0.1, '203.0.113.7, ', 10.0.0.1
          10.0.0.1, '', 10.0.0.1
          10.0.0.1, ',', 10.0.0.1
          10.0.0.1, '203.0.113', 10.0.0.1
          10.0.0.1, '203.0.113.256', 10.0.0.1
          10.0.0.1, '203.0.113.7.8', 10.0.0.1
          10.0.0.1, '[2001:db8::7', 10.0.0.1
          10.0.0.1, '2001:db8:::7', 10.0.0.1
          10.0.0.1, 'localhost', 10.0.0.1
          10.0.0.1, '203.0.113.7 10.0.0.2', 10.0.0.1
          10.0.0.1, '\"203.0.113.7\"', 10.0.0.1
          # the peer is no proxy of ours: whatever it says is forged
          203.0.113.50, 1.1.1.1, 203.0.113.50
          203.0.113.50, '1.1.1.1, 10.0.0.2', 203.0.113.50
          192.168.2.1, 1.1.1.1, 192.168.2.1
          2001:db8::99, 1.1.1.1, 2001:db8::99
          ::ffff:203.0.113.50, 1.1.1.1, 203.0.113.50
          """)
  void believesForwardedForRightMostFirst(String peer, String values, String expected)
      throws UnknownHostException {
    assertThat(address(Mode.FULL, "x-forwarded-for", peer, "X-Forwarded-For", values))
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} with [{1}] is {2}")
  @CsvSource(
      textBlock =
          """
          10.0.0.1, 203.0.113.7:46532, 203.0.113.7
          10.0.0.1, 2001:db8::7:46532, 2001:db8::7
          10.0.0.1, 2001:db8:1:2:3:4:5:6:46532, 2001:db8:1:2:3:4:5:6
          10.0.0.1, '[2001:db8::7]:46532', 2001:db8::7
          10.0.0.1, '1.1.1.1:5|203.0.113.7:46532', 203.0.113.7
          10.0.0.1, garbage, 10.0.0.1
          203.0.113.50, 1.1.1.1:5, 203.0.113.50
          """)
  void believesTheViewerAddressOfCloudFront(String peer, String values, String expected)
      throws UnknownHostException {
    String name = "CloudFront-Viewer-Address";
    assertThat(address(Mode.FULL, "cloudfront-viewer-address", peer, name, values))
        .isEqualTo(expected);
  }

  @Test
  void believesOneHeaderOnly() throws UnknownHostException {
    assertThat(
            address(
                Mode.FULL, "x-forwarded-for", "10.0.0.1", "CloudFront-Viewer-Address", "1.1.1.1:5"))
        .isEqualTo("10.0.0.1");
    assertThat(
            address(
                Mode.FULL, "cloudfront-viewer-address", "10.0.0.1", "X-Forwarded-For", "1.1.1.1"))
        .isEqualTo("10.0.0.1");
    for (String name :
        new String[] {"X-Forwarded-For", "CloudFront-Viewer-Address", "Forwarded", "X-Real-IP"}) {
      assertThat(address(Mode.FULL, null, "10.0.0.1", name, "1.1.1.1")).isEqualTo("10.0.0.1");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.7, 203.0.113.0",
    "203.0.113.255, 203.0.113.0",
    "2001:db8:1:2:3:4:5:6, 2001:db8:1::",
    "2001:db8::7, 2001:db8::",
    "::ffff:203.0.113.7, 203.0.113.0",
  })
  void cutsAddressesTo24And48Bits(String forwarded, String expected) throws UnknownHostException {
    assertThat(address(Mode.TRUNCATE, "x-forwarded-for", "10.0.0.1", "X-Forwarded-For", forwarded))
        .isEqualTo(expected);
    assertThat(address(Mode.TRUNCATE, null, forwarded, "X", "y")).isEqualTo(expected);
  }

  @Test
  void keepsNoAddressWhereNoneIsWanted() throws UnknownHostException {
    assertThat(address(Mode.NONE, "x-forwarded-for", "10.0.0.1", "X-Forwarded-For", "1.1.1.1"))
        .isNull();
  }
}
