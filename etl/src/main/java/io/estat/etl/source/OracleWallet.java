package io.estat.etl.source;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A wallet's folder as properties of the driver, so that each pool has its own.
 *
 * @see <a
 *     href="https://docs.oracle.com/en/database/oracle/oracle-database/23/jajdb/oracle/jdbc/OracleConnection.html">CONNECTION_PROPERTY_WALLET_LOCATION
 *     and CONNECTION_PROPERTY_TNS_ADMIN</a>
 */
public final class OracleWallet {
  private OracleWallet() {}

  /**
   * @throws IllegalArgumentException if the folder has no wallet, saying what to do
   */
  public static Map<String, String> properties(Path folder) {
    if (Stream.of("cwallet.sso", "ewallet.p12").map(folder::resolve).noneMatch(Files::isReadable)) {
      throw new IllegalArgumentException(
          "oracle.wallet_path %s holds no wallet that can be read: unpack the wallet there, so that cwallet.sso (or ewallet.p12) lies directly in it"
              .formatted(folder));
    }
    String path = folder.toAbsolutePath().toString();
    return Map.of(
        "oracle.net.tns_admin",
        path,
        "oracle.net.wallet_location",
        "(SOURCE=(METHOD=file)(METHOD_DATA=(DIRECTORY=%s)))".formatted(path));
  }
}
