package io.estat.etl.server.web;

import io.estat.etl.domain.Transport;
import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.error.ErrorCode;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The revision of a transport as an entity tag (RFC 9110, 8.8.3 and 13.1.1). */
final class Revision {
  private Revision() {}

  static String tag(Transport transport) {
    return "\"" + transport.revision() + "\"";
  }

  /**
   * @param ifMatch the header: {@code *}, or tags; weak ones never match; null: any
   * @throws ApiException PRECONDITION_FAILED
   */
  static void require(Transport transport, @Nullable String ifMatch) {
    if (ifMatch == null || ifMatch.strip().equals("*")) {
      return;
    }
    String tag = tag(transport);
    if (Arrays.stream(ifMatch.split(",", -1)).map(String::strip).noneMatch(tag::equals)) {
      throw differs(transport.id().value(), transport.revision());
    }
  }

  static ApiException differs(String id, long current) {
    return new ApiException(
        ErrorCode.PRECONDITION_FAILED,
        "transport %s has the ETag \"%d\" by now; read it again and repeat the change"
            .formatted(id, current));
  }
}
