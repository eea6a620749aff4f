package io.estat.etl.source;

import java.sql.SQLException;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What Oracle's error codes mean.
 *
 * @see <a href="https://docs.oracle.com/en/error-help/db/">Database Error Messages</a>
 */
final class OracleFailures {
  /** The driver's: unable to parse the wallet location, unable to initialize the key store. */
  private static final int WALLET_NOT_FOUND = 17956;

  private static final int WALLET_NOT_READ = 17957;

  /** Alerts of TLS by which one side says that it does not take the other's certificate. */
  private static final Pattern REFUSED_CERTIFICATE =
      Pattern.compile(
          "certificate_unknown|bad_certificate|unknown_ca|certificate_required|certificate_expired"
              + "|unsupported_certificate|handshake_failure|PKIX path");

  private static final Map<Integer, SourceFailure> MEANINGS =
      Stream.of(
              all(SourceFailure.CANCELLED, 1013),
              // Undo is gone, definition changed, object replaced, SCN unknown, ROWID gone.
              all(SourceFailure.SNAPSHOT_LOST, 1555, 1466, 8103, 8180, 8181, 1410),
              // Password, account, privilege.
              all(SourceFailure.DENIED, WALLET_NOT_FOUND, WALLET_NOT_READ),
              all(SourceFailure.DENIED, 1005, 1017, 1031, 1045, 28000, 28001, 41900),
              // Table, column, object, partition, subpartition not there.
              all(SourceFailure.CHANGED, 942, 904, 4043, 2149, 14251),
              // Instance starting, stopping or gone; session killed, idle, or one too many.
              all(SourceFailure.TRANSIENT, 18, 20, 28, 1012, 1033, 1034, 1089, 1090, 1092, 2396),
              // Resource busy, deadlock, out of shared memory, parallel servers.
              all(SourceFailure.TRANSIENT, 54, 60, 4031, 12805, 12850),
              // The connection ended.
              all(SourceFailure.TRANSIENT, 3113, 3114, 3135, 25402, 25408),
              // The listener does not answer or knows no handler; the network.
              all(SourceFailure.TRANSIENT, 12153, 12170, 12514, 12516, 12518, 12519, 12520, 12528),
              all(SourceFailure.TRANSIENT, 12537, 12541, 12543, 12545, 12547, 12571),
              // The driver's: input or output failed, closed connection, no more data.
              all(SourceFailure.TRANSIENT, 17002, 17008, 17410, 17800, 17868))
          .flatMap(group -> group.entrySet().stream())
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private OracleFailures() {}

  private static Map<Integer, SourceFailure> all(SourceFailure meaning, Integer... codes) {
    return Stream.of(codes).collect(Collectors.toUnmodifiableMap(code -> code, code -> meaning));
  }

  /** Whether the wallet is missing or is not one that the two sides know each other by. */
  static boolean isOfWallet(SQLException failure) {
    int code = failure.getErrorCode();
    return code == WALLET_NOT_FOUND || code == WALLET_NOT_READ || refusedCertificate(failure);
  }

  private static boolean refusedCertificate(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException
          && REFUSED_CERTIFICATE.matcher(String.valueOf(cause.getMessage())).find()) {
        return true;
      }
    }
    return false;
  }

  /**
   * @param wallet where the driver was told to look, or null
   */
  static SQLException explainWallet(SQLException failure, @Nullable String wallet) {
    Throwable root = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      root = cause;
    }
    return new SQLException(
        ("the wallet %s opens no TLS session with the database (%s): set oracle.wallet_path to the"
                + " folder of the wallet that was issued for this database, with cwallet.sso in it")
            .formatted(wallet == null ? "(none is set)" : wallet, root.getMessage()),
        failure.getSQLState(),
        failure.getErrorCode(),
        failure);
  }

  static SourceFailure classify(SQLException failure) {
    if (refusedCertificate(failure)) {
      return SourceFailure.DENIED;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      SourceFailure meaning =
          cause instanceof SQLException sql ? MEANINGS.get(sql.getErrorCode()) : null;
      if (meaning != null) {
        return meaning;
      }
    }
    return StandardFailure.of(StandardFailure.root(failure)).orElse(SourceFailure.PERMANENT);
  }
}
